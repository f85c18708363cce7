"""Steps around the goods of an order stand where they have something to do, and say in words where they have not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_sales.models import Order
from addons.crm_sales_stock.models import StockedOrder
from addons.crm_sales_stock.tests.conftest import confirmed, draft, goods, ship
from addons.crm_stock.models import ProductionRequest, StockIn, Warehouse
from addons.crm_stock.services.papers import make_and_post
from core.api import Env, StateForbids, attempt
from core.auth.why.decisions import decisions
from core.auth.why.subjects import subject_of_user
from core.testing.team import acting, buttons, join
from core.testing.world import World

RESERVE, RELEASE, PRODUCE = "reserve_goods", "release_goods", "produce_missing"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    join(world, monkeypatch, {"manager": "crm_base.general_manager"})
    return world


def offered(world: World, env: Env, order: Any) -> set[str]:
    """Of the three steps, those that the manager finds on the order."""
    env.flush()
    return buttons(world, "manager", order) & {RESERVE, RELEASE, PRODUCE}


def came(env: Env, product: Any, pieces: int) -> None:
    head = {"warehouse": env.first(Warehouse), "reason": "opening"}
    make_and_post(env, StockIn, [head], [[{"product": product, "quantity": pieces, "unit_cost": 10}]])


def test_goods_are_reserved_where_some_are_lacking_and_some_are_there(world: World, env: Env) -> None:
    server = goods(env, pieces=1)
    made = draft(env, (server, 5))
    assert offered(world, env, made) == set(), "a draft promises nothing yet"
    made.confirm()
    assert offered(world, env, made) == {RELEASE, PRODUCE}, "there is no more of it"
    with pytest.raises(StateForbids, match="nothing is there to be kept"), attempt(env):
        env.get(Order, made.id).reserve_goods()
    came(env, server, 2)
    assert offered(world, env, made) == {RESERVE, RELEASE, PRODUCE}
    env.get(Order, made.id).reserve_goods()
    assert offered(world, env, made) == {RELEASE, PRODUCE}
    env.get(Order, made.id).produce_missing()
    assert offered(world, env, made) == {RELEASE}, "the last two are being made"
    env.first(ProductionRequest).finish(quantity=Decimal(2))
    assert offered(world, env, made) == {RESERVE, RELEASE, PRODUCE}, (
        "what was made is there, and not kept yet"
    )
    env.get(Order, made.id).reserve_goods()
    ship(env, env.get(Order, made.id))
    assert offered(world, env, made) == set()


def test_goods_are_released_while_some_are_kept(world: World, env: Env) -> None:
    order = confirmed(env, (goods(env, pieces=5), 5))
    assert offered(world, env, order) == {RELEASE}
    env.get(Order, order.id).release_goods()
    assert offered(world, env, order) == {RESERVE, PRODUCE}
    with pytest.raises(StateForbids, match="Nothing is kept for the order"), attempt(env):
        env.get(Order, order.id).release_goods()


def test_the_warehouse_that_is_used_first_counts_where_the_order_names_none(world: World, env: Env) -> None:
    server = goods(env, pieces=5)
    order = confirmed(env, (server, 5), warehouse=None)
    env.get(Order, order.id).release_goods()
    assert offered(world, env, order) == {RESERVE, PRODUCE}
    other = env.create(Warehouse, code="W9", name="Elsewhere")
    env.write(env.first(Warehouse, Warehouse.is_default.is_(True)), is_default=False)
    env.write(other, is_default=True)
    assert offered(world, env, order) == {PRODUCE}, "nothing lies there"
    env.write(other, allows_negative=True)
    assert offered(world, env, order) == {PRODUCE}, "a product that was never there has no level to keep"


def test_what_is_not_kept_in_stock_is_neither_reserved_nor_made(world: World, env: Env) -> None:
    advice, direct = goods(env, "Advice", kind="service"), goods(env, "Cable", is_stocked=False)
    order = confirmed(env, (advice, 1), (direct, 5))
    assert offered(world, env, order) == set()


@pytest.mark.parametrize(("pieces", "steps"), [(12, {RELEASE}), (11, {RELEASE, PRODUCE})])
def test_units_are_compared_as_those_of_the_product(
    world: World, env: Env, pieces: int, steps: set[str]
) -> None:
    """A dozen on the line are twelve pieces of stock."""
    server = goods(env, pieces=pieces)
    dozen = env.create("crm_product.unit", name={"en": "Dozen"}, group=server.unit.group, factor=12)
    order = draft(env, (server, 1))
    env.write(env.first("crm_sales.order_line"), unit=dozen)
    env.get(Order, order.id).confirm()
    assert offered(world, env, order) == steps


def test_the_explanation_says_so(world: World, env: Env) -> None:
    order = confirmed(env, (goods(env, pieces=5), 5))
    env.flush()
    with acting(world, "manager") as caller:
        record = caller.get(Order, order.id)
        found = decisions(
            subject_of_user(caller, caller.user_id), caller.info(StockedOrder), order.id, record.state
        )
        said = {one.key: [str(reason) for reason in one.reasons] for one in found if not one.allowed}
    assert said[RESERVE] == [
        "It is offered where it has something to do: It is being fulfilled, lacks goods, and its warehouse has some of "
        "them that nobody has been promised."
    ]
    assert said[PRODUCE] == [
        "It is offered where it has something to do: It is being fulfilled, and neither what is kept for it nor what is "
        "being made for it suffices."
    ]
