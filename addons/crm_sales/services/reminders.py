"""Tasks that remind somebody of an order, a quote or a contract (SALE-16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from addons.crm_base.models import Task
from addons.crm_base.states import OPEN_TASK_STATES, TASK_ASSIGNED, TASK_CANCELLED
from core.api import Env, Where, _, key_of, literal, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order


def may_make_tasks(env: Any) -> Where:
    """Whoever sees the document may remind somebody of it, if the role makes tasks at all."""
    allowed: Where = literal(env.can("create", Task))
    return allowed


def proposed_subject(env: Any, record: Any) -> str:
    """What the reminder is about, in the caller's words."""
    return _("Think of {number}", number=record.number).translate(env.language)


def make_reminder(env: Env, record: Any, subject: str, on: date, who: Any) -> None:
    """A task for somebody on a day; it stands on the record, by the relation named like its model, and on its
    customer.
    """
    relation = env.info(record).key.rpartition(".")[2]
    values = {relation: record, "customer": key_of(record, "customer")}
    env.create(Task, subject=subject, due=on, assignee=who or env.user_id, state=TASK_ASSIGNED, **values)


def cancel(system: Env, orders: Sequence[Order]) -> None:
    """Nobody is reminded of what is over."""
    task: Any = system.info(Task).cls
    ids = [order.id for order in orders]
    found = system.scalars(select(task).where(task.order_id.in_(ids), Task.state.in_(OPEN_TASK_STATES)))
    with system.granting(found, "cancel"):
        for one in found:
            one.state = TASK_CANCELLED
