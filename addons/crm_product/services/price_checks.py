"""What a price has to be: for a product or a category, with an amount or a discount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.api import Hint, LazyString, ValidationFailed, _

Problems = dict[str, list[LazyString]]


def check_new(rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse the first row that does not hold together."""
    for place, row in enumerate(rows):
        _refuse(problems_of(row), place if len(rows) > 1 else None)


def check_changed(records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """The same for prices as they are after a change."""
    names = ("product", "category", "price", "discount")
    for record, new in zip(records, values, strict=True):
        _refuse(problems_of({name: new.get(name, _held(record, name)) for name in names}), None)


def problems_of(row: Mapping[str, Any]) -> Problems:
    found: Problems = {}
    if row.get("product") is not None and row.get("category") is not None:
        found["category"] = [_("A price is for a product or for a category.")]
    if row.get("price") is None and row.get("discount") is None:
        found["price"] = [_("Please enter a price or a discount.")]
    return found


def hints_for(row: Mapping[str, Any]) -> list[Hint]:
    """A word about prices whose last day is before the first; they do no harm."""
    first, last = row.get("valid_from"), row.get("valid_until")
    if first is None or last is None or str(first) <= str(last):
        return []
    return [Hint(_("The last day is before the first: these prices never hold."))]


def _held(record: Any, name: str) -> Any:
    return getattr(record, f"{name}_id" if name in ("product", "category") else name)


def _refuse(problems: Problems, place: int | None) -> None:
    if problems:
        refusal = ValidationFailed(problems)
        refusal.row = place
        raise refusal
