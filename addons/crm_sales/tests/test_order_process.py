"""P6: an order is confirmed, fulfilled in parts, closed or cancelled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_sales.models import Delivery, DeliveryLine, DeliveryPlan, Order, OrderLine, ProcessTask
from addons.crm_sales.tests.conftest import draft, product
from core.api import StateForbids, ValidationFailed
from core.testing.team import acting, buttons, notices
from core.testing.world import World


def confirmed(world: World, **values: Any) -> Any:
    goods = product(world)
    with acting(world, "owner") as env:
        order = draft(env, goods, **values)
        order.confirm()
    return order


def test_confirming_makes_tasks_and_the_delivery_plan(crew: World) -> None:
    order = confirmed(crew, lines=2)
    env = crew.new_env("owner")
    found = env.get(Order, order.id)
    assert found.state.code == "confirmed" and found.confirmed_at is not None
    tasks = env.search(ProcessTask, ProcessTask.order == found, order="sequence")
    assert [one.state.code for one in tasks] == ["ready", "waiting", "waiting", "waiting", "waiting"]
    assert env.linked(tasks[3], "after") == [tasks[1].id, tasks[2].id]
    plan = env.search(DeliveryPlan, DeliveryPlan.order == found)
    assert [one.quantity for one in plan] == [10, 10] and found.open_lines == 2


def test_an_order_without_products_is_not_confirmed(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        order = draft(env, goods, lines=0)
        with pytest.raises(ValidationFailed, match="no products"):
            order.confirm()


def test_it_is_delivered_in_two_parts_by_the_order_desk(crew: World) -> None:
    order = confirmed(crew, quantity=10)
    assert "deliver" not in buttons(crew, "owner", order)
    with acting(crew, "assistant") as env:
        (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
        (row,) = env.search(DeliveryLine, DeliveryLine.delivery == delivery)
        assert row.quantity == 10
        env.write(row, quantity=4)
        env.run(Delivery.post, [delivery])
        found = env.get(Order, order.id)
        assert (found.state.code, found.delivery_status, found.open_lines) == ("in_fulfilment", "part", 1)
        assert found.delivered_amount == Decimal("400")
        (rest,) = env.run(Order.deliver, [found])
        assert [one.quantity for one in env.search(DeliveryLine, DeliveryLine.delivery == rest)] == [6]
        env.run(Delivery.post, [rest])
        found = env.get(Order, order.id)
        assert (found.state.code, found.delivery_status) == ("delivered", "full")
        assert found.delivered_amount == found.total
    assert any("shipped" in text for text in notices(crew, "owner"))


def test_more_than_is_open_is_not_shipped(crew: World) -> None:
    order = confirmed(crew)
    with acting(crew, "assistant") as env:
        (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
        (row,) = env.search(DeliveryLine, DeliveryLine.delivery == delivery)
        env.write(row, quantity=11)
        with pytest.raises(ValidationFailed, match="only 10 are open"):
            env.run(Delivery.post, [delivery])


def test_a_reversed_delivery_opens_its_lines_again(crew: World) -> None:
    order = confirmed(crew)
    with acting(crew, "assistant") as env:
        (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
        env.run(Delivery.post, [delivery])
        assert env.get(Order, order.id).state.code == "delivered"
        env.run(Delivery.reverse, [env.get(Delivery, delivery.id)], reason="Wrong address")
        found = env.get(Order, order.id)
        assert (found.state.code, found.delivery_status, found.open_lines) == ("in_fulfilment", "none", 1)
        (instalment,) = env.search(DeliveryPlan, DeliveryPlan.order == found)
        assert (instalment.delivered, instalment.delivered_on, instalment.is_open) == (0, None, True)


def test_cancelling_undoes_what_confirming_made(crew: World) -> None:
    order = confirmed(crew)
    with acting(crew, "owner") as env:
        env.get(Order, order.id).cancel(reason="Customer withdrew")
        found = env.get(Order, order.id)
        assert (found.state.code, found.end_reason) == ("cancelled", "Customer withdrew")
        assert not env.search(DeliveryPlan, DeliveryPlan.order == found)
        assert {one.state.code for one in env.search(ProcessTask, ProcessTask.order == found)} == {"dropped"}
    assert buttons(crew, "owner", order) == {"copy_as_new"}


def test_closing_asks_for_a_reason_while_something_is_open(crew: World) -> None:
    order = confirmed(crew)
    with acting(crew, "owner") as env:
        with pytest.raises(ValidationFailed) as refused:
            env.get(Order, order.id).close()
        said = [str(sentence) for sentence in refused.value.problems["reason"]]
        assert said[1:] == ["1 order line is not delivered in full.", "5 process tasks are not done."]
        env.get(Order, order.id).close(reason="The customer takes no more")
        found = env.get(Order, order.id)
        assert found.state.code == "closed"
        with pytest.raises(StateForbids):
            env.write(found, remarks="Late")
    assert buttons(crew, "owner", order) == {"copy_as_new"}


def test_a_confirmed_order_is_not_changed_by_hand(crew: World) -> None:
    order = confirmed(crew)
    with acting(crew, "owner") as env:
        (line,) = env.search(OrderLine, OrderLine.document == order)
        with pytest.raises(StateForbids):
            env.write(line, quantity=11)
    with acting(crew, "owner") as env, pytest.raises(StateForbids):
        env.write(env.get(Order, order.id), deliver_on=env.today)
    with acting(crew, "owner") as env:
        env.write(env.get(Order, order.id), remarks="Call before delivery")


def test_a_delivery_ships_lines_of_its_own_order(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        order, other = draft(env, goods), draft(env, goods)
        env.run(Order.confirm, [order, other])
        (foreign,) = env.search(OrderLine, OrderLine.document == other)
    with acting(crew, "assistant") as env:
        (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
        (row,) = env.search(DeliveryLine, DeliveryLine.delivery == delivery)
    with crew.system("North") as env:
        env.write(env.get(DeliveryLine, row.id), line=foreign.id)
    with acting(crew, "assistant") as env, pytest.raises(ValidationFailed, match="its own order"):
        env.run(Delivery.post, [env.get(Delivery, delivery.id)])
