"""Confirming orders: many at once, with a number of statements that does not grow with orders or lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from addons.crm_sales.hookspecs import order_confirmed, order_confirming
from addons.crm_sales.services import call_offs, plans, promising, tasks
from addons.crm_sales.services.ordering import lines_of
from addons.crm_sales.services.people import tell_owners
from addons.crm_sales.states import CONFIRMED
from core.api import Env, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_sales.models import Order


def confirm(env: Env, orders: Sequence[Order]) -> None:
    """Check them all, then make tasks and delivery plans; other addons answer before and after."""
    from addons.crm_sales.models import OrderLine

    lines = lines_of(env.sudo(_("confirmation of orders")), OrderLine, orders)
    _refuse_empty(orders, lines)
    order_confirming(env=env, orders=orders)
    make_firm(env, orders, lines)
    order_confirmed(env=env, orders=orders)
    tell_owners(env, orders, _("The order {number} was confirmed."), _("{n} of your orders were confirmed."))


def make_firm(env: Env, orders: Sequence[Order], lines: Sequence[Any]) -> None:
    """What confirmation makes within this addon: call-offs, delivery plan and tasks."""
    system = env.sudo(_("confirmation of orders"))
    call_offs.take(system, lines)
    for order in orders:
        order.confirmed_at, order.confirmed_by_id = env.now.astimezone(UTC), env.user_id or None  # type: ignore[attr-defined]
    promising.promise(system, lines)
    plans.make(system, orders, lines)
    tasks.make(system, orders)
    for order in orders:
        order.state = CONFIRMED
    env.flush("confirm")


def _refuse_empty(orders: Sequence[Order], lines: Sequence[Any]) -> None:
    filled = {key_of(line, "document") for line in lines if line.quantity}
    for order in orders:
        if order.id not in filled:
            text = _("The order {number} has no products: please add lines first.", number=order.number)
            raise ValidationFailed({"": [text]})
