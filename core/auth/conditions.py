"""The SQL that the policy makes of people, and what it checks about SQL that rules make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import FromClause

from core.auth.rights_of_superiors import QUERY_ACTIONS
from core.orm.bulk import among
from core.orm.compose import ModelInfo
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.auth.identity import Identity


def of_own_company(info: ModelInfo, action: str, person: Identity) -> Where | None:
    """What binds all ways to change rows: those that all companies share need a right of their own."""
    if info.kind != "shared" or action in QUERY_ACTIONS or person.may_write_shared:
        return None
    own: Where = info.cls.company_id == person.company_id
    return own


def owned_by(info: ModelInfo, owners: Iterable[int]) -> Where:
    """`owner_id = :me` for one owner, else `owner_id = any(:owners)` with one bound array."""
    return among(info.cls.owner_id, owners)


def switched_off(condition: ColumnElement[Any], addons: frozenset[str]) -> list[str]:
    """Models that a condition reads although their addon is off."""
    return sorted(model for model, addon in models_read(condition).items() if addon not in addons)


def models_read(condition: ColumnElement[Any]) -> dict[str, str]:
    """Model -> addon of every model whose rows the condition reads."""
    found = {}
    for element in visitors.iterate(condition):
        table = getattr(element, "table", element)
        marks = table.info.get("keyuan") if isinstance(table, FromClause) and hasattr(table, "info") else None
        if marks and "model" in marks:
            found[marks["model"]] = marks["addon"]
    return found
