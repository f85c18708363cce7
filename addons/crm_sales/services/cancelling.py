"""Cancelling orders: everything that confirmation made is undone, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from addons.crm_sales.hookspecs import order_cancelled
from addons.crm_sales.services import call_offs, drafts, plans, promising, reminders, tasks
from addons.crm_sales.services.ordering import lines_of
from addons.crm_sales.services.people import tell_owners
from addons.crm_sales.states import CANCELLED, CONFIRMED
from core.api import Env, _

if TYPE_CHECKING:
    from addons.crm_sales.models import Order


def cancel(env: Env, orders: Sequence[Order], reason: str) -> None:
    """Tasks, delivery plan, draft deliveries, reminders and call-offs go; other addons undo theirs."""
    from addons.crm_sales.models import OrderLine

    system = env.sudo(_("cancelled orders"))
    confirmed = [order for order in orders if order.state == CONFIRMED]
    if confirmed:
        call_offs.give_back(system, lines_of(system, OrderLine, confirmed))
        drafts.cancel(system, confirmed)
        plans.clear(system, confirmed)
        promising.give_up(system, confirmed)
        tasks.drop_all(system, confirmed)
    reminders.cancel(system, orders)
    for order in orders:
        order.ended_on, order.end_reason, order.state = env.today, reason, CANCELLED
    env.flush("cancel")
    order_cancelled(env=env, orders=orders)
    tell_owners(env, orders, _("The order {number} was cancelled."), _("{n} of your orders were cancelled."))
