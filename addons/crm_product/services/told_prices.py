"""The reason that a line tells is that of its price: it follows when the price, or what that is for, is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.api import Env, ValidationFailed, proposed

_PRICED: Final = ("unit_price", "price_reason")
_OF_A_PRICE: Final = frozenset({"product", "quantity", "unit", "unit_price"})
_ASKED: Final = ("document", "product", "unit", "tax")


def follow_prices(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """The reason of the price that is proposed for a changed line, where the line has that price; else none: it was
    agreed. Configured lines have their prices from elsewhere.
    """
    asked = [
        record
        for record, new in zip(records, values, strict=True)
        if new.keys() & _OF_A_PRICE
        and "price_reason" not in new
        and not getattr(record, "configuration", None)
    ]
    if not asked:
        return
    rows = [
        {**{name: getattr(record, f"{name}_id") for name in _ASKED}, "quantity": record.quantity}
        for record in asked
    ]
    try:
        found = proposed(env, type(asked[0]), rows, _PRICED)
    except ValidationFailed:  # no rate is known for the currency of a list price, and none is needed
        found = [{} for _row in rows]
    for record, price in zip(asked, found, strict=True):
        is_proposed = price.get("unit_price") is not None and price["unit_price"] == record.unit_price
        record.price_reason = price.get("price_reason") if is_proposed else None
