"""Orders of the last half year in all states, with what was shipped of them and what they cost.

They were confirmed and shipped before stock control and receivables came into use: other addons are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from addons.crm_sales.demo.stage import Stage
from addons.crm_sales.models import DeliveryLine, Order, OrderCost, OrderLine, ProcessTask
from addons.crm_sales.services import cancelling, closing, confirming, delivering, preparing
from addons.crm_sales.services.ordering import lines_of
from addons.crm_sales.states import TASK_RUNNING
from core.api import Env, Option, key_of, select

WAVES: Final[Sequence[tuple[int, Sequence[str]]]] = (
    (160, ("closed", "closed", "closed", "cancelled")),
    (120, ("closed", "closed", "closed", "closed")),
    (85, ("closed", "closed", "closed", "cancelled")),
    (55, ("closed", "delivered", "closed", "delivered")),
    (30, ("delivered", "part", "part", "closed")),
    (14, ("part", "delivered", "confirmed", "part")),
    (6, ("confirmed", "confirmed", "part", "confirmed")),
    (2, ("confirmed", "draft", "confirmed", "draft")),
    (0, ("draft", "draft", "draft")),
)
"""Days ago, and what became of the orders of that day."""
SHIPPED: Final = ("closed", "delivered", "part")


def make_orders(stage: Stage) -> None:
    """Wave by wave, each at its time; steps are those of the product."""
    types = {one.code: one.id for one in stage.env.search(Option, Option.list_code == "crm_sales.order_type")}
    number = 0
    for age, fates in WAVES:
        made: list[tuple[int, str, Any]] = []
        for fate in fates:
            made.append((number, fate, _draft(stage, number, age, types)))
            number += 1
        _live(stage, made, age)


def _draft(stage: Stage, number: int, age: int, types: dict[str, int]) -> Any:
    customer = stage.customer(number)
    then = stage.then(age, stage.seller(customer), 9)
    order = then.create(
        Order, customer=customer, owner=stage.seller(customer), ordered_on=then.today,
        deliver_on=then.today + timedelta(days=(7, 14, 21, 10)[number % 4]),
        terms=stage.words.terms[number % len(stage.words.terms)],
        order_type=types["project" if number % 5 == 0 else "standard"],
        customer_reference=f"PO-{4100 + number * 7}" if number % 3 == 0 else None,
    )  # fmt: skip
    then.create_many(OrderLine, stage.lines(order, number))
    return order


def _live(stage: Stage, made: Sequence[tuple[int, str, Any]], age: int) -> None:
    """Confirmed by the order desk, shipped, paid for, closed: as far as the fate of each goes."""
    desk = stage.desk or stage.seller(stage.customers[0])
    firm = [order for _number, fate, order in made if fate != "draft"]
    if firm:
        then = stage.then(age, desk, 14)
        with then.granting(firm, "confirm"):
            confirming.make_firm(then, firm, lines_of(then, OrderLine, firm))
    for number, fate, order in made:
        if fate in SHIPPED:
            _ship(stage.then(max(age - 5, 0), desk), order, in_part=fate == "part")
        if fate in SHIPPED and number % 2 == 0:
            _cost(stage, stage.then(max(age - 5, 0), desk), order, number)
    _end(stage, [order for _n, fate, order in made if fate == "closed"], max(age - 25, 0), desk)
    for number, fate, order in made:
        if fate == "cancelled":
            then = stage.then(max(age - 2, 0), key_of(order, "owner") or desk)
            with then.granting([order], "cancel"):
                cancelling.cancel(then, [order], stage.words.cancelled[number % len(stage.words.cancelled)])


def _ship(then: Env, order: Any, *, in_part: bool) -> None:
    deliveries = preparing.prepare(then, [order], None)
    if in_part:
        rows = then.search(DeliveryLine, DeliveryLine.delivery == deliveries[0], limit=50)
        for row in rows:
            then.write(row, quantity=max((row.quantity / 2).to_integral_value(), Decimal(1)))
    with then.granting(deliveries, "post"):
        shipment = delivering.checked(then, deliveries)
        delivering.note_shipped(then, deliveries, shipment)
        delivering.advance(then, shipment)
    found = then.get(Order, order.id)
    with then.granting([found], "post"):
        found.delivered_on = then.today if not found.open_lines else None


def _cost(stage: Stage, then: Env, order: Any, number: int) -> None:
    code, remark, amount = stage.words.costs[number % len(stage.words.costs)]
    kind = then.first(Option, Option.list_code == "crm_sales.cost_kind", Option.code == code)
    then.create(OrderCost, order=order, kind=kind, amount=Decimal(amount), on=then.today, remark=remark)


def _end(stage: Stage, orders: Sequence[Any], age: int, desk: int) -> None:
    if orders:
        then = stage.then(age, desk, 16)
        with then.granting(orders, "close"):
            closing.close(then, orders, stage.words.closed)


def begin_some_tasks(stage: Stage) -> None:
    """Of the orders that go on, some have tasks that somebody works on, one of them late."""
    running = stage.env.sudo("demonstration data")
    ready = select(ProcessTask).where(ProcessTask.state == "ready").order_by(ProcessTask.id).limit(4)
    tasks = running.scalars(ready)
    with running.granting(tasks, "begin"):
        for place, task in enumerate(tasks):
            task.state, task.begun_at = TASK_RUNNING, running.now - timedelta(days=3 - place % 3)
            task.due = running.today + timedelta(days=place - 1)
