"""What the presets of lists ask for has an index: where few rows fit, the others are not read for them."""

from __future__ import annotations

from typing import Any

from addons.crm_sales.models import Delivery, DeliveryLine, DeliveryPlan, Order, OrderLine
from addons.crm_sales.tests.conftest import customer, draft, product
from addons.crm_sales.views.delivery_plan import is_open as instalments_open
from addons.crm_sales.views.order_line import is_open
from core.api import Env
from core.orm.index_report_shape import declared_indexes
from core.testing.team import acting
from core.testing.world import World


def test_open_lines_come_by_an_index_in_the_order_of_their_list(world: World) -> None:
    shapes = [one.shape for one in declared_indexes(world.owner.info(OrderLine).table)]
    assert any([key.column for key in shape.keys] == ["company_id", "is_open", "id"] for shape in shapes)


def counted(env: Env, order: Any) -> tuple[int, int, int, str]:
    """Of an order: open lines, open instalments, lines that lack something, and how much is delivered."""
    found = env.get(Order, order.id)
    return (
        env.count(OrderLine, is_open(env), OrderLine.document == order).value,
        env.count(DeliveryPlan, instalments_open(env), DeliveryPlan.order == order).value,
        found.open_lines, found.delivery_status,
    )  # fmt: skip


def test_lines_are_open_while_their_order_runs(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        whom = customer(env)
        order, other, never = (draft(env, goods, lines=2, customer=whom) for _n in range(3))
        assert counted(env, order) == (0, 0, 2, "none"), "a draft promises nothing yet"
        env.run(Order.confirm, [order, other])
        assert counted(env, order) == (2, 2, 2, "none")
        env.get(Order, other.id).cancel(reason="They changed their mind")
        env.get(Order, never.id).cancel(reason="It was meant for somebody else")
        assert [counted(env, one)[:2] for one in (other, never)] == [(0, 0), (0, 0)]


def test_what_a_closed_order_lacks_is_open_no_more(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        order = draft(env, goods, lines=2)
        order.confirm()
    with acting(crew, "assistant") as env:
        (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
        env.write(env.search(DeliveryLine, DeliveryLine.delivery == delivery)[0], quantity=4)
        env.run(Delivery.post, [delivery])
        assert counted(env, order) == (1, 1, 1, "part")
    with acting(crew, "owner") as env:
        env.get(Order, order.id).close(reason="The rest is not wanted")
        assert counted(env, order) == (0, 0, 1, "part"), "it stays delivered in part"


def test_a_reversed_delivery_opens_its_line_again(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        order = draft(env, goods)
        order.confirm()
    with acting(crew, "assistant") as env:
        (delivery,) = env.run(Order.deliver, [env.get(Order, order.id)])
        env.run(Delivery.post, [delivery])
        assert counted(env, order) == (0, 0, 0, "full")
        env.run(Delivery.reverse, [delivery], reason="The wrong goods")
        assert counted(env, order) == (1, 1, 1, "none")
