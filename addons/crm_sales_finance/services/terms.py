"""When what of a document is to be paid: its own terms, else those of the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from addons.crm_sales_finance.services.sharing_out import shares
from core.api import _, decimals_of

SETTLEMENTS: Final = [
    ("order", _("Whole amount, so many days after the order")),
    ("delivery", _("With the delivery instalments")),
    ("parts", _("In equal parts, month by month")),
    ("none", _("By hand")),
]
USUAL: Final = "order"
_MONTH: Final = timedelta(days=30)


@dataclass(frozen=True)
class Terms:
    """`advance` is a percentage that is due at once; `days` count from order or delivery; `parts` are instalments."""

    settlement: str
    days: int
    advance: Decimal
    parts: int


@dataclass(frozen=True)
class Due:
    """So much is due on a day."""

    day: date
    amount: Decimal


def terms_of(document: Any, customer: Any) -> Terms:
    """What the document says, else what holds for the customer, else the whole amount at once."""

    def said(name: str, usual: Any) -> Any:
        own, general = getattr(document, name), getattr(customer, name)
        return own if own is not None else general if general is not None else usual

    return Terms(
        said("settlement", USUAL), said("payment_days", 0), said("advance_percent", Decimal(0)),
        said("payment_parts", 1),
    )  # fmt: skip


def due_dates(
    terms: Terms, total: Decimal, currency: str, begun: date, deliveries: Sequence[tuple[date, Decimal]]
) -> list[Due]:
    """The instalments of a document; their amounts are its total, to the last unit of the currency.

    `deliveries` are days and the gross amount that is delivered on each.
    """
    if terms.settlement == "none" or total <= 0:
        return []
    decimals = decimals_of(currency)
    weights = [terms.advance, 100 - terms.advance]
    advance, rest = shares(total, weights, decimals)
    days = _days(terms, begun, deliveries)
    amounts = shares(rest, [weight for _day, weight in days], decimals)
    found = [Due(begun, advance)] + [Due(day, part) for (day, _w), part in zip(days, amounts, strict=True)]
    return [one for one in found if one.amount > 0]


def _days(
    terms: Terms, begun: date, deliveries: Sequence[tuple[date, Decimal]]
) -> list[tuple[date, Decimal]]:
    after = timedelta(days=terms.days)
    if terms.settlement == "parts":
        return [(begun + after + _MONTH * n, Decimal(1)) for n in range(max(terms.parts, 1))]
    planned = [(day + after, amount) for day, amount in deliveries if amount > 0]
    if terms.settlement == "delivery" and planned:
        by_day: dict[date, Decimal] = {}
        for day, amount in planned:
            by_day[day] = by_day.get(day, Decimal(0)) + amount
        return sorted(by_day.items())
    return [(begun + after, Decimal(1))]
