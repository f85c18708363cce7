"""The delivery plan: each order line in one instalment, or in the periods of its product (SALE-11)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from addons.crm_product.models import Product, Unit
from addons.crm_product.services.amounts import spread
from addons.crm_sales.states import FULFILLED_STATES
from core.api import Env, StateForbids, ValidationFailed, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order, OrderLine

EXACT: Final = 6
"""Decimals of an instalment's quantity where the unit's own are too few to divide it."""
MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}
MOST: Final = 1000
"""Instalments of one line."""
EVERY: Final = (
    ("day", _("Day")), ("week", _("Week")), ("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year")),
)  # fmt: skip
_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7}


def make(system: Env, orders: Sequence[Order], lines: Sequence[Any]) -> None:
    """The instalments of confirmed orders, in a few statements."""
    from addons.crm_sales.models import DeliveryPlan

    products = {one.id: one for one in _all(system, Product, lines, "product")}
    decimals = {one.id: one.decimals for one in _all(system, Unit, lines, "unit")}
    heads = {order.id: order for order in orders}
    rows = []
    for line in lines:
        order = heads[key_of(line, "document") or 0]
        product = products[key_of(line, "product") or 0]
        is_periodic = product.kind == "periodic" and product.periods > 1
        first = line.deliver_on or order.deliver_on or max(order.ordered_on, system.today)
        days = days_of(
            first, product.periods if is_periodic else 1, product.period_unit or "month", product.issue_days
        )
        rows += _rows(line, days, line.quantity, decimals[key_of(line, "unit") or 0])
    if rows:
        system.create_many(DeliveryPlan, rows)


def days_of(first: date, count: int, unit: str, issue_days: int) -> list[date]:
    """The days of so many periods from `first` on; the last day of a month stays the last day."""
    if unit not in MONTHS:
        return [first + timedelta(days=issue_days * n) for n in range(count)]
    return [_months_later(first, MONTHS[unit] * n) for n in range(count)]


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shares(quantity: Decimal, count: int, decimals: int) -> list[Decimal]:
    """A quantity in so many parts that add up to it exactly, in whole units where there are enough of them."""
    enough = quantity * 10**decimals >= count and quantity == round(quantity, decimals)
    return spread(quantity, [1] * count, decimals if enough else max(EXACT, decimals))


def _rows(line: Any, days: Sequence[date], quantity: Decimal, decimals: int) -> list[dict[str, Any]]:
    return [
        {"order": key_of(line, "document"), "line": line, "label": f"{n}/{len(days)}", "due_on": day, "quantity": part}
        for n, (day, part) in enumerate(zip(days, shares(quantity, len(days), decimals), strict=True), start=1)
    ]  # fmt: skip


def _all(system: Env, model: Any, lines: Sequence[Any], name: str) -> list[Any]:
    ids = {key for line in lines if (key := key_of(line, name)) is not None}
    return system.scalars(select(model).where(model.id.in_(ids)))


def split(env: Env, line: OrderLine, count: int, first: date, every: str) -> None:
    """What is open of a line comes in `count` instalments from `first` on, instead of as it was planned."""
    from addons.crm_sales.models import DeliveryPlan, Order

    if not 1 <= count <= MOST:
        raise ValidationFailed.at("count", _("Please give a number from 1 to {most}.", most=MOST))
    system = env.sudo(_("delivery in instalments"))
    order = system.get(Order, key_of(line, "document") or 0)
    if order.state not in FULFILLED_STATES or not line.open_quantity:
        raise StateForbids(_("Instalments are planned for what is open of a confirmed order."))
    mine = select(DeliveryPlan).where(DeliveryPlan.line == line.id).with_for_update()
    old = system.scalars(mine)
    with system.granting(old, "split"):
        for one in old:
            one.quantity = one.delivered
    system.delete([one for one in old if not one.delivered])
    unit = system.get(Unit, key_of(line, "unit") or 0)
    system.create_many(
        DeliveryPlan, _rows(line, days_of(first, count, every, _DAYS.get(every, 1)), line.open_quantity, unit.decimals)
    )


def clear(system: Env, orders: Sequence[Order]) -> None:
    """Cancelled orders deliver nothing."""
    from addons.crm_sales.models import DeliveryPlan

    ids = [order.id for order in orders]
    found = system.scalars(select(DeliveryPlan).where(DeliveryPlan.order.in_(ids)))
    if found:
        system.delete(found)


def move(instalments: Sequence[Any], to: date, reason: str) -> None:
    """Instalments that are not shipped yet come on another day."""
    for one in instalments:
        if not one.is_open:
            raise StateForbids(_("This instalment is delivered already."))
        one.due_on, one.move_reason = to, reason[:500]
