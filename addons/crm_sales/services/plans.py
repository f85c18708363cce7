"""The delivery plan: each order line in one instalment, or in the periods of its product (SALE-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from addons.crm_product.models import Product, Unit
from addons.crm_product.services.amounts import spread
from addons.crm_product.services.instalments import instalments
from addons.crm_sales.states import FULFILLED_STATES
from core.api import Env, StateForbids, ValidationFailed, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order, OrderLine

EXACT: Final = 6
"""Decimals of an instalment's quantity where the unit's own are too few to divide it."""
MOST: Final = 1000
"""Instalments of one line."""
EVERY: Final = (
    ("day", _("Day")), ("week", _("Week")), ("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year")),
)  # fmt: skip
_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7}
Part = tuple[date, Decimal]
"""When how much is due."""


def make(system: Env, orders: Sequence[Order], lines: Sequence[Any]) -> None:
    """The instalments of confirmed orders, in a few statements: lines of periodic products have one for each period."""
    from addons.crm_sales.models import DeliveryPlan

    ids = {key for line in lines if (key := key_of(line, "product")) is not None}
    products = {one.id: one for one in system.scalars(select(Product).where(Product.id.in_(ids)))}
    heads = {order.id: order for order in orders}
    rows = []
    with system.granting(lines, "plan"):
        for line in lines:
            product = products[key_of(line, "product") or 0]
            if product.kind == "periodic" and product.period_unit:
                line.periods = product.periods
            order = heads[key_of(line, "document") or 0]
            rows += _rows(line, _periods(line, product, _first_day(system, order, line)))
    if rows:
        system.create_many(DeliveryPlan, rows)


def _first_day(system: Env, order: Any, line: Any) -> date:
    day: date = line.deliver_on or order.deliver_on or max(order.ordered_on, system.today)
    return day


def _periods(line: Any, product: Any, first: date) -> list[Part]:
    if line.periods == 1:
        return [(first, line.quantity)]
    parts = instalments(
        first, line.periods, product.period_unit, line.quantity, Decimal(0), issue_days=product.issue_days
    )
    return [(one.due_on, one.quantity) for one in parts]


def shares(quantity: Decimal, count: int, decimals: int) -> list[Decimal]:
    """A quantity in so many parts that add up to it exactly, in whole units where there are enough of them."""
    enough = quantity * 10**decimals >= count and quantity == round(quantity, decimals)
    return spread(quantity, [1] * count, decimals if enough else max(EXACT, decimals))


def _rows(line: Any, parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {"order": key_of(line, "document"), "line": line, "label": f"{n}/{len(parts)}", "due_on": day,
         "quantity": quantity}
        for n, (day, quantity) in enumerate(parts, start=1)
    ]  # fmt: skip


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
    parts = shares(line.open_quantity, count, unit.decimals)
    days = instalments(
        first,
        count,
        "issue" if every in _DAYS else every,
        Decimal(0),
        Decimal(0),
        issue_days=_DAYS.get(every, 1),
    )
    system.create_many(
        DeliveryPlan, _rows(line, [(one.due_on, part) for one, part in zip(days, parts, strict=True)])
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
            raise StateForbids(_("Nothing of this instalment is yet to be shipped."))
        one.due_on, one.move_reason = to, reason[:500]
