"""SALE-11 to SALE-14, SALE-18: process tasks, instalments, costs, and the order desk."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_sales.models import (
    DeliveryPlan,
    Order,
    OrderLine,
    OrderTask,
    ProcessTask,
    ProcessTemplate,
    TemplateStep,
)
from addons.crm_sales.services.plans import shares
from addons.crm_sales.tests.conftest import customer, draft, product
from core.api import NotFound, User, ValidationFailed
from core.testing.team import acting, buttons, choice, notices
from core.testing.world import World


@pytest.fixture
def order(crew: World) -> Any:
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = draft(env, goods)
        made.confirm()
    return made


def states(world: World, order: Any) -> list[str]:
    env = world.new_env("owner")
    return [one.state.code for one in env.search(ProcessTask, ProcessTask.order == order, order="sequence")]


def test_finished_tasks_start_their_followers(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        first = env.search(ProcessTask, ProcessTask.order == order, order="sequence")[0]
        first.finish(result="All clear")
    assert states(crew, order) == ["done", "ready", "ready", "waiting", "waiting"]
    assert crew.new_env("owner").get(Order, order.id).state.code == "in_fulfilment"
    for place in (1, 2):
        with acting(crew, "owner") as env:
            env.search(ProcessTask, ProcessTask.order == order, order="sequence")[place].finish()
    assert states(crew, order) == ["done", "done", "done", "ready", "waiting"]


def test_a_dropped_task_lets_others_go_on_and_begun_work_needs_a_reason(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        first = env.search(ProcessTask, ProcessTask.order == order, order="sequence")[0]
        first.begin()
        with pytest.raises(ValidationFailed, match="was begun"):
            first.drop()
        env.get(ProcessTask, first.id).drop(reason="Not needed")
    assert states(crew, order)[:3] == ["dropped", "ready", "ready"]


def test_tasks_are_added_to_a_single_order(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        packer = env.get(User, crew.staff.users["packer"])
        last = env.search(ProcessTask, ProcessTask.order == order, order="sequence")[-1]
        env.get(Order, order.id).add_task(name="Paint it red", assignee=packer, due=env.today)
        env.get(Order, order.id).add_task(name="Send a photo", after=last)
    assert states(crew, order)[-2:] == ["ready", "waiting"]
    assert notices(crew, "packer") == ["To do for an order: Paint it red"]


def test_who_has_a_task_sees_the_order_and_finishes_the_task(crew: World, order: Any) -> None:
    with acting(crew, "packer") as env, pytest.raises(NotFound):
        env.get(Order, order.id)
    with acting(crew, "owner") as env:
        first = env.search(ProcessTask, ProcessTask.order == order, order="sequence")[0]
        first.assign(to=env.get(User, crew.staff.users["colleague"]))
    assert buttons(crew, "colleague", first) == {"begin", "finish"}
    with acting(crew, "colleague") as env:
        assert env.get(Order, order.id).number == order.number
        env.get(ProcessTask, first.id).finish()
    with acting(crew, "colleague") as env, pytest.raises(NotFound):
        env.get(Order, order.id)


def test_the_template_of_the_order_type_is_used(crew: World) -> None:
    with crew.system("North") as env:
        kind = choice(env, "crm_sales.order_type", "sample")
        template = env.create(ProcessTemplate, name={"en": "Samples"}, order_type=kind)
        one = env.create(TemplateStep, template=template, name={"en": "Send it"}, sequence=10, days=2)
        env.create(TemplateStep, template=template, name={"en": "Ask"}, sequence=20, days=5, after=[one.id])
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = draft(env, goods, order_type=choice(env, "crm_sales.order_type", "sample"))
        made.confirm()
        tasks = env.search(ProcessTask, ProcessTask.order == made, order="sequence")
        assert [one.name for one in tasks] == ["Send it", "Ask"]
        assert [one.due for one in tasks] == [env.today + timedelta(days=2), env.today + timedelta(days=7)]


def test_tasks_do_not_wait_for_each_other_in_a_circle(crew: World) -> None:
    with crew.system("North") as env:
        template = env.create(ProcessTemplate, name={"en": "Samples"})
        one = env.create(TemplateStep, template=template, name={"en": "Send it"})
        two = env.create(TemplateStep, template=template, name={"en": "Ask"}, after=[one.id])
        with pytest.raises(ValidationFailed, match="circle"):
            env.write(one, after=[two.id])


def test_costs_lower_the_profit(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        found = env.get(Order, order.id)
        found.book_cost(
            kind=choice(env, "crm_sales.cost_kind", "transport"), amount=Decimal(120), on=env.today
        )
        found = env.get(Order, order.id)
        assert (found.cost_total, found.profit) == (Decimal(120), found.net - 120)


def test_periodic_products_come_in_instalments(crew: World) -> None:
    goods = product(crew, "Magazine", kind="periodic", periods=12, period_unit="month")
    with acting(crew, "owner") as env:
        made = draft(env, goods, quantity=1, deliver_on=date(2030, 1, 31))
        made.confirm()
        plan = env.search(DeliveryPlan, DeliveryPlan.order == made, order="due_on")
        assert [one.due_on for one in plan[:3]] == [date(2030, 1, 31), date(2030, 2, 28), date(2030, 3, 31)]
        assert [one.quantity for one in plan] == [1] * 12
        (line,) = env.search(OrderLine, OrderLine.document == made)
        assert (line.quantity, line.open_quantity) == (1, 12)


def test_a_line_is_split_into_instalments_by_hand(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        (line,) = env.search(OrderLine, OrderLine.document == order)
        line.split(count=3, first=env.today, every="week")
        plan = env.search(DeliveryPlan, DeliveryPlan.order == order, order="due_on")
        assert [one.quantity for one in plan] == [4, 3, 3]
        assert plan[2].due_on == env.today + timedelta(days=14)
        env.run(DeliveryPlan.move, plan[2:], to=env.today + timedelta(days=30), reason="Holidays")
        assert env.get(DeliveryPlan, plan[2].id).move_reason == "Holidays"


@pytest.mark.parametrize(
    ("quantity", "count", "decimals"), [("1", 12, 0), ("10", 3, 0), ("0.7", 3, 2), ("5", 5, 0)]
)
def test_instalments_add_up(quantity: str, count: int, decimals: int) -> None:
    assert sum(shares(Decimal(quantity), count, decimals)) == Decimal(quantity)


def test_the_order_desk_enters_and_processes_while_the_salesperson_owns(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        acme = customer(env)
    with acting(crew, "assistant") as env:
        made = draft(env, goods, customer=env.get(type(acme), acme.id))
        assert made.owner_id == crew.staff.users["owner"]
        made.confirm()
    assert f"The order {made.number} was confirmed." in notices(crew, "owner")
    assert {"deliver", "close", "add_task"} <= buttons(crew, "assistant", made)
    assert "cancel" not in buttons(crew, "assistant", made) and "cancel" in buttons(crew, "owner", made)
    assert not buttons(crew, "other", made)


def test_somebody_is_reminded_of_an_order(crew: World, order: Any) -> None:
    with acting(crew, "owner") as env:
        env.get(Order, order.id).remind(subject="Ask for the papers", on=env.today + timedelta(days=3))
        (reminder,) = env.search(OrderTask, env.condition(OrderTask, "order", "eq", str(order.id)))
        assert (reminder.subject, reminder.customer_id) == ("Ask for the papers", order.customer_id)
        env.get(Order, order.id).cancel(reason="Withdrawn")
        assert env.get(OrderTask, reminder.id).state.code == "cancelled"
