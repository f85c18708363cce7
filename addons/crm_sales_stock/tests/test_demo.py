"""The demonstration: goods are kept for orders that run, as far as there are any."""

from __future__ import annotations

from decimal import Decimal

from addons.crm_sales.models import OrderLine
from addons.crm_sales.services import confirming
from addons.crm_sales.services.ordering import lines_of
from addons.crm_sales_stock.demo import goods_for_orders
from addons.crm_sales_stock.tests.conftest import draft, goods, states
from addons.crm_stock.models import Level
from core.api import Env


def test_orders_from_before_stock_control_get_what_is_there(env: Env) -> None:
    server, rack = goods(env, pieces=4), goods(env, "Rack", pieces=1)
    order = draft(env, (server, 3), (rack, 2))
    with env.granting([order], "confirm"):
        confirming.make_firm(env, [order], lines_of(env, OrderLine, [order]))
    goods_for_orders(env)
    assert env.count(Level, Level.reserved > 0).value == 0, "nobody of the demonstration works here"
    user = env.create("base.user", name="Keeper", login="zhuli", is_demo=True, language="en")
    env.create("base.employee", name="Keeper", code="k", user=user)
    goods_for_orders(env)
    env.flush()
    kept = {one.product.name: one.reserved for one in env.search(Level, Level.reserved > 0)}
    assert kept == {"Server": Decimal(3), "Rack": Decimal(1)}
    assert len(states(env, order)) == 2
