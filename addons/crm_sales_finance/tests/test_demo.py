"""The demonstration: running orders are owed for, as if they had been confirmed with receivables in use."""

from __future__ import annotations

from decimal import Decimal

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.demo import orders_at_work
from addons.crm_sales.models import Order
from addons.crm_sales.states import RUNNING_STATES
from addons.crm_sales_finance.demo import plans_of_orders
from addons.crm_sales_finance.models import SalesReceivable
from core.testing.world import World, use_env


def test_running_orders_have_plans_over_their_totals(world: World) -> None:
    with world.system("North") as env, use_env(env):
        seller = env.create("base.user", name="Seller", login="sales1", is_demo=True, language="en")
        env.create("base.employee", name="Seller", code="s", user=seller)
        for number in range(6):
            env.create(Customer, name=f"Acme {number}", phone="021-1234567", owner=seller)
            env.create(
                Product, name=f"Service {number}", unit=env.first(Unit), tax=env.first(Tax, Tax.rate == 13),
                list_price=Decimal(100 + number), kind="service",
            )  # fmt: skip
        orders_at_work(env)
        env.flush()
        plans_of_orders(env)
        env.flush()
        running = env.search(Order, Order.state.in_(RUNNING_STATES), limit=200)
        owed: dict[int, Decimal] = {}
        for one in env.search(SalesReceivable, limit=500):
            assert one.order_id is not None
            owed[one.order_id] = owed.get(one.order_id, Decimal(0)) + one.amount
        assert running and owed == {one.id: one.total for one in running if one.total}
        plans_of_orders(env)
        env.flush()
        assert env.count(SalesReceivable).value == len(env.search(SalesReceivable, limit=500)) >= len(running)


def test_companies_without_demonstration_people_are_left_alone(world: World) -> None:
    with world.system("North") as env, use_env(env):
        plans_of_orders(env)
        assert env.count(SalesReceivable).value == 0
