"""Orders and stock: kept at confirmation, shipped with the delivery, given up at the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_sales.models import Delivery, Order, OrderLine
from addons.crm_sales.reports import ORDER_ACCOUNT
from addons.crm_sales_stock.services.missing import goods_missing
from addons.crm_sales_stock.tests.conftest import confirmed, draft, goods, lines_of, ship, states
from addons.crm_stock.models import Level, ProductionRequest, StockOut
from core.api import StateForbids, UserError, ValidationFailed, attempt
from core.testing.world import World
from core.views.report_rows import ReportRows


def stock(env: Any, product: Any) -> tuple[Decimal, Decimal, Decimal]:
    """On hand, reserved, on order."""
    env.flush()
    level = env.first(Level, Level.product == product.id)
    return level.on_hand, level.reserved, level.on_order


def test_confirmation_keeps_what_is_there_and_tells_what_is_short(env: Any) -> None:
    server, cable, advice = (
        goods(env, pieces=10),
        goods(env, "Cable", 3),
        goods(env, "Advice", kind="service"),
    )
    order = draft(env, (server, 4), (cable, 5), (advice, 1))
    assert states(env, order) == ["in_stock", "short", "none"]
    order.confirm()
    assert states(env, order) == ["reserved", "short", "none"]
    assert stock(env, server) == (10, 4, 0) and stock(env, cable) == (3, 3, 0)
    assert [(one.product, one.quantity) for one in goods_missing(env, [order])] == [(cable.id, 2)]
    assert [(one.product, one.quantity) for one in goods_missing(env)] == [(cable.id, 2)]


def test_goods_kept_for_one_order_are_not_shipped_with_another(env: Any) -> None:
    server = goods(env, pieces=10)
    first, second = confirmed(env, (server, 8)), confirmed(env, (server, 8))
    assert states(env, second) == ["short"] and stock(env, server) == (10, 10, 0)
    with pytest.raises(ValidationFailed, match="8 wanted, 2 available"), attempt(env):
        ship(env, second)
    ship(env, env.get(Order, first.id))
    assert stock(env, server) == (2, 2, 0)


def test_deliveries_in_parts_take_goods_out_and_give_them_up(env: Any) -> None:
    server = goods(env, pieces=10, cost=60)
    order = confirmed(env, (server, 10))
    first = ship(env, order, 4)
    assert stock(env, server) == (6, 6, 0) and states(env, order) == ["reserved"]
    line = lines_of(env, order)[0]
    assert (line.shipped_cost, line.margin) == (240, 160)
    paper = env.first(StockOut)
    assert (paper.reason, paper.source, paper.delivery_id, paper.state.code) == (
        "delivery", first.number, first.id, "posted",
    )  # fmt: skip
    ship(env, env.get(Order, order.id))
    assert stock(env, server) == (0, 0, 0) and states(env, order) == ["shipped"]
    line = lines_of(env, order)[0]
    assert (line.shipped_cost, line.margin) == (600, 400)


def test_a_reversed_delivery_brings_the_goods_back_for_its_order(env: Any) -> None:
    server = goods(env, pieces=10)
    order = confirmed(env, (server, 6))
    made = ship(env, order)
    paper = env.first(StockOut)
    with pytest.raises(StateForbids, match="please reverse the delivery"):
        paper.reverse(reason="x")
    env.get(Delivery, made.id).reverse(reason="Refused at the door")
    assert stock(env, server) == (10, 6, 0) and states(env, order) == ["reserved"]
    assert lines_of(env, order)[0].shipped_cost == 0


@pytest.mark.parametrize("end", ["cancel", "close", "release_goods"])
def test_the_end_of_an_order_gives_its_goods_up(env: Any, end: str) -> None:
    server = goods(env, pieces=10)
    order = confirmed(env, (server, 6))
    getattr(order, end)(**({} if end == "release_goods" else {"reason": "No need"}))
    assert stock(env, server) == (10, 0, 0)


def test_missing_goods_are_made_and_then_kept(env: Any) -> None:
    server = goods(env, pieces=1)
    order = confirmed(env, (server, 5))
    order.produce_missing()
    assert states(env, order) == ["coming"] and stock(env, server) == (1, 1, 4)
    assert goods_missing(env, [order]) == []
    with pytest.raises(UserError, match="lacks nothing"), attempt(env):
        order.produce_missing()
    request = env.first(ProductionRequest)
    assert (request.quantity, request.state.code, request.source) == (4, "in_production", order.number)
    request.finish(quantity=Decimal(4))
    assert request.state.code == "produced" and stock(env, server) == (5, 1, 0)
    assert states(env, order) == ["in_stock"]
    env.get(Order, order.id).reserve_goods()
    assert states(env, order) == ["reserved"]


def test_enabling_later_leaves_orders_that_can_be_served_all_the_same(env: Any) -> None:
    """An order that was confirmed before stock was kept: nothing is reserved, and its goods can be kept and shipped."""
    server = goods(env, pieces=5)
    order = confirmed(env, (server, 5), warehouse=None)
    order.release_goods()
    env.get(Order, order.id).reserve_goods()
    ship(env, env.get(Order, order.id))
    assert stock(env, server) == (0, 0, 0)


def test_goods_that_are_not_kept_in_stock_are_delivered_without_it(env: Any) -> None:
    direct = goods(env, is_stocked=False)
    order = confirmed(env, (direct, 5))
    ship(env, order)
    assert states(env, order) == ["none"] and env.first(StockOut) is None


def test_lines_are_found_by_their_preparation(world: World, env: Any) -> None:
    """By those who see no stock at all, too: the condition is the same as the column."""
    order = draft(
        env, (goods(env, pieces=10), 4), (goods(env, "Cable", 3), 5), owner=world.staff.users["owner"]
    )
    first, second = (line.id for line in lines_of(env, order))
    for person in ("owner", "director"):
        with world.acting(person) as caller:
            for state, line in (("in_stock", first), ("short", second)):
                wanted = caller.condition(OrderLine, "preparation", "eq", state)
                assert [row[0] for row in caller.page(OrderLine, ["product"], wanted).rows] == [line]


def test_the_account_of_an_order_tells_of_goods_without_finance(env: Any) -> None:
    order = confirmed(env, (goods(env, pieces=5), 5))
    ship(env, order, 2)
    ship(env, order).reverse(reason="Wrong goods")
    rows = ReportRows(env, ORDER_ACCOUNT, {"sales_order": order.id, "detail": "all"})
    keys = [one.key for one in rows.columns]
    found = [(row[keys.index("kind")], row[keys.index("to_deliver")]) for row in rows.page(9)]
    assert found == [
        ("confirmed", 500),
        ("delivery", 300),
        ("delivery", 0),
        ("return", 300),
        ("closing", 300),
    ]
    assert "to_receive" not in keys and order.total - order.delivered_amount == 300
