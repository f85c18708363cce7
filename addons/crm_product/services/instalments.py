"""Deliveries and collections of products that come in periods: a subscription, twelve issues of a magazine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from addons.crm_product.services.amounts import spread

_MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Instalment:
    """One of several parts: its number from 1 on, when it is due, how much of the quantity and of the amount."""

    number: int
    due_on: date
    quantity: Decimal
    amount: Decimal


def instalments(
    first: date,
    periods: int,
    unit: str | None,
    quantity: Decimal,
    amount: Decimal,
    *,
    decimals: int = 2,
    issue_days: int = 7,
) -> list[Instalment]:
    """The parts of a sale of a product that comes in `periods`, the first one on the day `first`.

    Each delivers the whole quantity (ten subscriptions get ten copies of each issue); the amounts add up to `amount`.
    `unit` is issue, month, quarter or year, None for a product that comes at once.
    """
    if unit is None:
        return [Instalment(1, first, quantity, amount)]
    shares = spread(amount, [1] * periods, decimals)
    day = _days(first, unit, issue_days)
    return [Instalment(n + 1, day(n), quantity, share) for n, share in enumerate(shares)]


def _days(first: date, unit: str, issue_days: int) -> Callable[[int], date]:
    if unit == "issue":
        return lambda n: first + timedelta(days=n * issue_days)
    return lambda n: months_later(first, n * _MONTHS[unit])


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
