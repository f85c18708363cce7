"""The tasks of an order: made from a template, begun, finished, followed by others, added and dropped (P6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from addons.crm_sales.services.people import tell
from addons.crm_sales.states import (
    CONFIRMED,
    OPEN_TASK_STATES,
    TASK_DROPPED,
    TASK_RUNNING,
    TASK_WAITING,
)
from core.api import Env, ValidationFailed, Where, _, company_language, key_of, or_, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order, ProcessTask


def mine_or_of_my_orders(env: Any) -> Where:
    """The assignee, and whoever may change the order."""
    from addons.crm_sales.models import Order, ProcessTask

    return or_(ProcessTask.assignee == env.user_id, ProcessTask.order.in_(env.within_reach(Order, "update")))


def make(system: Env, orders: Sequence[Order]) -> None:
    """Tasks from the templates of the orders; those that wait for nothing are to do at once."""
    from addons.crm_sales.models import ProcessTask, TemplateStep

    chosen = _templates(system, orders)
    if not chosen:
        return
    wanted = set(chosen.values())
    steps = system.scalars(
        select(TemplateStep)
        .where(TemplateStep.template.in_(wanted))
        .order_by(TemplateStep.sequence, TemplateStep.id)
    )
    before = system.linked_many(TemplateStep, "after", [step.id for step in steps])
    language = company_language(system)
    pairs = [
        (order, step)
        for order in orders
        for step in steps
        if key_of(step, "template") == chosen.get(order.id)
    ]
    if not pairs:
        return
    ids = system.create_many(ProcessTask, [_row(order, step, language) for order, step in pairs])
    made = {(order.id, step.id): task for (order, step), task in zip(pairs, ids, strict=True)}
    after = {
        task: [made[order, one] for one in before[step] if (order, one) in made]
        for (order, step), task in made.items()
    }
    tasks = system.get_many(ProcessTask, ids)
    with system.granting(tasks, "create"):
        for task in tasks:
            if after[task.id]:
                system.queue_links(task, "after", after[task.id])
        _forecast(system, tasks, after)
    _make_ready(system, [task for task in tasks if not after[task.id]])


def _templates(system: Env, orders: Sequence[Order]) -> dict[int, int]:
    """Order -> template: its own, that of its type, or the one for all types."""
    from addons.crm_sales.models import ProcessTemplate

    active = system.scalars(
        select(ProcessTemplate).where(ProcessTemplate.is_active.is_(True)).order_by(ProcessTemplate.id.desc())
    )
    of_type = {key_of(one, "order_type"): one.id for one in active}
    found = {
        order.id: key_of(order, "template") or of_type.get(key_of(order, "order_type")) or of_type.get(None)
        for order in orders
    }
    return {order: template for order, template in found.items() if template is not None}


def _row(order: Order, step: Any, language: str) -> dict[str, Any]:
    return {
        "order": order, "name": step.name.get(language) or next(iter(step.name.values()), ""),
        "sequence": step.sequence, "days": step.days,
        "assignee": key_of(step, "assignee") or key_of(order, "owner"),
    }  # fmt: skip


def _forecast(system: Env, tasks: Sequence[Any], after: Mapping[int, Sequence[int]]) -> None:
    """When each would be done, were all done in their time."""
    known: dict[int, date] = {}
    by_id = {task.id: task for task in tasks}

    def due(key: int, above: frozenset[int]) -> date:
        if key not in known:
            waits = [due(one, above | {key}) for one in after[key] if one not in above]
            known[key] = max(waits, default=system.today) + timedelta(days=by_id[key].days)
        return known[key]

    for task in tasks:
        task.due = due(task.id, frozenset({task.id}))


def _make_ready(system: Env, tasks: Sequence[Any], due: date | None = None) -> None:
    """Nothing stands before them any more; who does them is told."""
    if not tasks:
        return
    system.run(type(tasks[0]).make_ready, tasks, due=due)
    tell(
        system,
        [(key_of(task, "assignee"), task) for task in tasks],
        _("To do for an order: {number}"),
        _("{n} tasks of orders are to do for you."),
    )


def note_ready(env: Env, tasks: Sequence[Any], due: date | None) -> None:
    """From now on the days count that they may take."""
    for task in tasks:
        task.ready_at = env.now.astimezone(UTC)
        task.due = due or env.today + timedelta(days=task.days)


def begin(env: Env, task: ProcessTask) -> None:
    """Work on it has begun, and so has the fulfilment of the order."""
    task.begun_at = env.now.astimezone(UTC)
    _begin_fulfilment(env, task)


def finish(env: Env, task: ProcessTask, result: str | None) -> None:
    """What waited for it alone is to do now."""
    _begin_fulfilment(env, task)
    task.begun_at = task.begun_at or env.now.astimezone(UTC)
    task.done_at, task.done_by_id, task.result = env.now.astimezone(UTC), env.user_id or None, result  # type: ignore[attr-defined]
    _start_followers(env.sudo(_("process of an order")), [task])


def drop(env: Env, task: ProcessTask, reason: str | None) -> None:
    """What waited for it alone is to do now. Work that was begun is not dropped without a reason."""
    if task.state == TASK_RUNNING and not reason:
        raise ValidationFailed.at("reason", _("This task was begun: please give a reason."))
    system = env.sudo(_("process of an order"))
    _lock_order(system, task)
    task.result = reason
    _start_followers(system, [task])


def drop_all(system: Env, orders: Sequence[Order]) -> None:
    """Orders that are over have no tasks to do."""
    from addons.crm_sales.models import ProcessTask

    ids = [order.id for order in orders]
    found = system.scalars(
        select(ProcessTask).where(ProcessTask.order.in_(ids), ProcessTask.state.in_(OPEN_TASK_STATES))
    )
    with system.granting(found, "drop"):
        for task in found:
            task.state = TASK_DROPPED


def add(
    env: Env, order: Order, name: str, assignee: Any, due: date | None, after: ProcessTask | None
) -> None:
    """One more task behind the others; what it shall wait for has to be a task of the same order."""
    from addons.crm_sales.models import ProcessTask

    if after is not None and key_of(after, "order") != order.id:
        raise ValidationFailed.at("after", _("Please choose a task of this order."))
    system = env.sudo(_("process of an order"))
    waits = after is not None and after.state in OPEN_TASK_STATES
    last = max((one.sequence for one in _tasks_of(system, [order.id])), default=0)
    made: Any = system.create(
        ProcessTask, order=order, name=name, assignee=assignee or key_of(order, "owner"), due=due,
        sequence=last + 10, after=[after] if after is not None else [],
    )  # fmt: skip
    if not waits:
        _make_ready(system, [made], due)


def assign(env: Env, task: ProcessTask, to: Any, due: date | None) -> None:
    """Somebody else does it."""
    task.assignee, task.due = to, due
    env.flush()
    one = _("To do for an order: {number}")
    tell(env, [(to.id, task)], one, one)


def _begin_fulfilment(env: Env, task: ProcessTask) -> None:
    from addons.crm_sales.models import Order

    system = env.sudo(_("process of an order"))
    order = _lock_order(system, task)
    if order.state == CONFIRMED:
        system.run(Order.begin_fulfilment, [order])


def _lock_order(system: Env, task: ProcessTask) -> Any:
    """Two tasks of one order that end at the same time wait here for each other, lest a follower starts for neither."""
    from addons.crm_sales.models import Order

    (order,) = system.lock(Order, [key_of(task, "order") or 0])
    return order


def _start_followers(system: Env, ended: Sequence[Any]) -> None:
    """Waiting tasks whose predecessors have all ended."""
    gone = {task.id for task in ended}
    tasks = _tasks_of(system, {key_of(task, "order") or 0 for task in ended})
    open_ids = {one.id for one in tasks if one.state in OPEN_TASK_STATES} - gone
    waiting = [one for one in tasks if one.state == TASK_WAITING and one.id not in gone]
    before = system.linked_many(type(ended[0]), "after", [one.id for one in waiting])
    _make_ready(system, [
        one for one in waiting if gone & set(before[one.id]) and not open_ids & set(before[one.id])
    ])  # fmt: skip


def _tasks_of(system: Env, orders: Iterable[int]) -> list[Any]:
    from addons.crm_sales.models import ProcessTask

    found = select(ProcessTask).where(ProcessTask.order.in_(list(orders)))
    return system.scalars(found.order_by(ProcessTask.sequence, ProcessTask.id))


def refuse_circles(env: Env, model: Any, records: Sequence[Any]) -> None:
    """A task that waits for itself, by way of others, would never begin."""
    whole = "template" if hasattr(model, "template") else "order"
    ids = {key_of(one, whole) or 0 for one in records}
    siblings = env.sudo(_("order of tasks")).scalars(select(model).where(getattr(model, whole).in_(ids)))
    before = env.sudo(_("order of tasks")).linked_many(model, "after", [one.id for one in siblings])
    for record in records:
        if record.id in _reached_from(record.id, before):
            raise ValidationFailed.at("after", _("These tasks would wait for each other in a circle."))
        if set(before[record.id]) - before.keys():
            raise ValidationFailed.at("after", _("Please choose tasks of the same process."))


def _reached_from(start: int, before: Mapping[int, Sequence[int]]) -> set[int]:
    found: set[int] = set()
    ahead = list(before.get(start, ()))
    while ahead:
        key = ahead.pop()
        if key not in found:
            found.add(key)
            ahead += before.get(key, ())
    return found
