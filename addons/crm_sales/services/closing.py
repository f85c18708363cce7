"""Closing orders for good: what is still open asks for a reason (SALE-17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from addons.crm_sales.hookspecs import order_closed, order_closing
from addons.crm_sales.services import drafts, promising, reminders, tasks
from addons.crm_sales.services.people import tell_owners
from addons.crm_sales.states import CLOSED, OPEN_TASK_STATES
from core.api import Env, LazyString, ValidationFailed, _, _n, func, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order


def close(env: Env, orders: Sequence[Order], reason: str | None) -> None:
    """Nothing can be done with them afterwards; open tasks and draft deliveries end with them."""
    system = env.sudo(_("closed orders"))
    still_open = whats_open(env, orders)
    if still_open and not reason:
        raise ValidationFailed({"reason": _sentences(orders, still_open)})
    drafts.cancel(system, orders)
    tasks.drop_all(system, orders)
    reminders.cancel(system, orders)
    promising.give_up(system, orders)
    for order in orders:
        order.ended_on, order.end_reason, order.state = env.today, reason, CLOSED
    env.flush("close")
    order_closed(env=env, orders=orders)
    tell_owners(env, orders, _("The order {number} was closed."), _("{n} of your orders were closed."))


def whats_open(env: Env, orders: Sequence[Order]) -> dict[int, list[LazyString]]:
    """By order id, what is not done yet: deliveries, tasks, and what other addons know."""
    from addons.crm_sales.models import ProcessTask

    system = env.sudo(_("what is open of orders"))
    ids = [order.id for order in orders]
    of_order = system.info(ProcessTask).cls.order_id
    count = select(of_order, func.count()).where(of_order.in_(ids), ProcessTask.state.in_(OPEN_TASK_STATES))
    open_tasks = dict(system.rows(count.group_by(of_order)))
    ready = Counter(key_of(one, "order") for one in drafts.drafts_of(system, orders))
    found: dict[int, list[LazyString]] = {order.id: [] for order in orders}
    for order in orders:
        if order.open_lines:
            found[order.id].append(_lines(order.open_lines))
        if ready[order.id]:
            found[order.id].append(_drafts(ready[order.id]))
        if open_tasks.get(order.id):
            found[order.id].append(_tasks(open_tasks[order.id]))
    for answer in order_closing(env=env, orders=orders):
        for key, sentences in answer.items():
            found[key] += sentences
    return {key: sentences for key, sentences in found.items() if sentences}


def _sentences(orders: Sequence[Order], still_open: dict[int, list[LazyString]]) -> list[LazyString]:
    """What to say at the field of the reason; with several orders, which of them is meant."""
    said: list[LazyString] = [_("Something is still open. Please give the reason for closing all the same.")]
    for order in orders:
        for sentence in still_open.get(order.id, ()):
            many = _("{number}: {what}", number=order.number, what=sentence)
            said.append(many if len(orders) > 1 else sentence)
    return said


def _lines(n: int) -> LazyString:
    return _n(
        "{n} order line is not delivered in full.", "{n} order lines are not delivered in full.", n
    ).format(n=n)


def _drafts(n: int) -> LazyString:
    text = _n("{n} delivery is prepared and not shipped.", "{n} deliveries are prepared and not shipped.", n)
    return text.format(n=n)


def _tasks(n: int) -> LazyString:
    return _n("{n} process task is not done.", "{n} process tasks are not done.", n).format(n=n)
