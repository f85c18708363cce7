"""The demonstration: running orders are owed for, as if they had been confirmed with receivables in use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.models import Order, OrderLine
from addons.crm_sales.services import confirming
from addons.crm_sales.services.ordering import lines_of
from addons.crm_sales_finance.demo import plans_of_orders
from addons.crm_sales_finance.models import SalesReceivable
from core.api import Env
from core.testing.world import World, use_env


def confirmed(env: Env, place: int) -> Any:
    """An order over 113, 226 or 339, confirmed before receivables came into use."""
    goods: Any = env.first(Product) or env.create(
        Product, name="Service", unit=env.first(Unit), tax=env.first(Tax, Tax.rate == 13), kind="service"
    )
    buyer = env.create(Customer, name=f"Acme {place}", phone="021-1234567")
    order = env.create(Order, customer=buyer, prices_include_tax=False)
    row = {"document": order, "product": goods, "quantity": place, "unit_price": 100, "unit": goods.unit_id}
    env.create(OrderLine, **row, tax=goods.tax_id)
    order = env.get(Order, order.id)
    with env.granting([order], "confirm"):
        confirming.make_firm(env, [order], lines_of(env, OrderLine, [order]))
    return order


def test_running_orders_have_plans_over_their_totals(world: World) -> None:
    with world.system("North") as env, use_env(env):
        orders = [confirmed(env, place) for place in (1, 2, 3)]
        plans_of_orders(env)
        env.flush()
        assert env.count(SalesReceivable).value == 0, "nobody of the demonstration works here"
        seller = env.create("base.user", name="Seller", login="sales1", is_demo=True, language="en")
        env.create("base.employee", name="Seller", code="s", user=seller)
        for _again in range(2):
            plans_of_orders(env)
            env.flush()
            owed: dict[int, list[Decimal]] = {}
            for one in env.search(SalesReceivable, order="id"):
                owed.setdefault(one.order_id, []).append(one.amount)
            assert {key: sum(parts) for key, parts in owed.items()} == {
                one.id: one.total for one in env.get_many(Order, [order.id for order in orders])
            }
            assert [len(owed[order.id]) for order in orders] == [1, 2, 3]
