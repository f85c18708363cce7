"""The SQL that the policy makes of people, and what it checks about SQL that rules make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import FromClause

from core.auth.rights_of_superiors import QUERY_ACTIONS
from core.orm.alternatives import absorbed, shortcut, unweighed
from core.orm.bulk import among
from core.orm.compose import ModelInfo
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.auth.identity import Identity
    from core.auth.ways import Way


def of_own_company(info: ModelInfo, action: str, person: Identity) -> Where | None:
    """What binds all ways to change rows: those that all companies share need a right of their own."""
    if info.kind != "shared" or action in QUERY_ACTIONS or person.may_write_shared:
        return None
    own: Where = info.cls.company_id == person.company_id
    return own


def owned_by(info: ModelInfo, owners: Iterable[int]) -> Where:
    """`owner_id = :me` for one owner, else `owner_id = any(:owners)` with one bound array."""
    return among(info.cls.owner_id, owners)


def union_of(info: ModelInfo, ways: Iterable[Way]) -> Where | None:
    """The rows that at least one way reaches; None for every row.

    Owners of all ways become one array. Ways with the same condition, which is then the same object, become one
    expression, and those about owners who are reached anyway are left out.
    """
    ways = list(ways)
    if any(way.everything for way in ways):
        return None
    reached = frozenset[int]().union(*(way.owners for way in ways if way.condition is None))
    parts = [owned_by(info, reached)] if reached else []
    limited: dict[int, tuple[Where, set[int]]] = {}
    for way in ways:
        if way.condition is not None and not way.owners:
            parts.append(way.condition)
        elif way.condition is not None and way.owners - reached:
            limited.setdefault(id(way.condition), (way.condition, set()))[1].update(way.owners - reached)
    if limited:
        parts.append(_limited(info, limited.values()))
    return or_(*absorbed(parts)) if parts else false()


def _limited(info: ModelInfo, ways: Iterable[tuple[Where, set[int]]]) -> Where:
    """Conditions on the rows of some owners. Those about the same owners are asked together, and none of a row that
    belongs to nobody of them all: most rows of a large table are told by one look at their owner. That look is none of
    an index, to which each of the conditions leads better; the planner would take it for a further condition on rows.
    """
    by_owners: dict[frozenset[int], list[Where]] = {}
    for condition, owners in ways:
        by_owners.setdefault(frozenset(owners), []).append(condition)
    parts = [and_(owned_by(info, owners), or_(*conditions)) for owners, conditions in by_owners.items()]
    if len(parts) == 1:
        return parts[0]
    anybody = unweighed(owned_by(info, frozenset[int]().union(*by_owners)))
    return and_(shortcut(anybody), or_(*parts))


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
