"""Steps of lines and instalments stand while something is to be shipped."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_sales.models import Delivery, DeliveryLine, DeliveryPlan, Order, OrderLine
from addons.crm_sales.tests.conftest import draft, product
from core.api import Env, StateForbids
from core.orm.attempts import attempt
from core.testing.team import acting, buttons
from core.testing.world import World


def first(world: World, model: Any, order: Any) -> Any:
    """The line or instalment of an order."""
    whole = model.document if model is OrderLine else model.order
    return world.new_env("manager").first(model, whole == order.id)


def offered(world: World, order: Any) -> tuple[bool, bool]:
    """Whether the manager may split the line, and move the instalment."""
    line, instalment = first(world, OrderLine, order), first(world, DeliveryPlan, order)
    moves = instalment is not None and "move" in buttons(world, "manager", instalment)
    return "split" in buttons(world, "manager", line), moves


def ship(env: Env, order: Any, quantity: int) -> None:
    (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
    env.write(env.search(DeliveryLine, DeliveryLine.delivery == delivery)[0], quantity=quantity)
    env.run(Delivery.post, [delivery])


def test_what_is_to_be_shipped_is_planned(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "manager") as env:
        order = draft(env, goods, quantity=10)
    assert offered(crew, order) == (False, False)
    with acting(crew, "manager") as env:
        env.get(Order, order.id).confirm()
    assert offered(crew, order) == (True, True)
    with acting(crew, "manager") as env:
        ship(env, order, 4)
    assert offered(crew, order) == (True, True)
    with acting(crew, "manager") as env:
        ship(env, order, 6)
    assert offered(crew, order) == (False, False)
    with acting(crew, "manager") as env, pytest.raises(StateForbids, match="Nothing of this instalment"):
        env.run(DeliveryPlan.move, env.search(DeliveryPlan), to=env.today, reason="Holidays")


def test_nothing_of_a_closed_order_is_moved(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "manager") as env:
        order, other = draft(env, goods), draft(env, goods, customer=None)
        env.run(Order.confirm, [order, other])
        env.get(Order, order.id).close(reason="Nothing is wanted any more")
    assert offered(crew, order) == (False, False) and offered(crew, other) == (True, True)
    with acting(crew, "manager") as env:
        both = env.search(DeliveryPlan, order="id")
        with pytest.raises(StateForbids, match="no change is possible"), attempt(env):
            env.run(DeliveryPlan.move, both, to=env.today, reason="Holidays")
        env.run(DeliveryPlan.move, both[1:], to=env.today, reason="Holidays")
