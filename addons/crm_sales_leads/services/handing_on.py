"""Orders and contracts from a quote, and later versions of it, belong to the opportunity of the quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from addons.crm_sales.models import Contract, Quote
from core.api import Env, _, select

_SOURCES: Final = (("quote", Quote), ("contract", Contract), ("previous", Quote))


def fill_opportunities(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for each kind of source, however many rows there are."""
    system = env.sudo(_("opportunity of a document"))
    for name, model in _SOURCES:
        wanted = {_id(row, name): row for row in rows if _waits(row, name)}
        if not wanted:
            continue
        source: Any = system.info(model).cls
        known = dict(system.rows(select(source.id, source.opportunity_id).where(source.id.in_(list(wanted)))))
        for row in rows:
            if _waits(row, name):
                row["opportunity"] = known.get(_id(row, name))


def _waits(row: Mapping[str, Any], name: str) -> bool:
    return row.get("opportunity") is None and _id(row, name) is not None


def _id(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    found: int | None = getattr(value, "id", value)
    return found
