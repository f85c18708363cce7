"""The demonstration: quotes, contracts and orders in all states, for customers and products that are there."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.demo import orders_at_work
from addons.crm_sales.demo.orders import WAVES
from addons.crm_sales.models import Contract, Delivery, Order, OrderLine, ProcessTask, Quote
from core.api import Company, company_language
from core.testing.world import World, use_env


@pytest.mark.parametrize("company", ["North", "South"])
def test_all_states_are_there_and_nothing_lies_in_the_future(world: World, company: str) -> None:
    with world.system(company) as env, use_env(env):
        if company == "North":
            env.write(env.get(Company, env.company_id), language="zh_CN")
        seller = env.create("base.user", name="Seller", login=f"seller {company}", language="en")
        unit, tax = env.first(Unit), env.first(Tax, Tax.rate == 13)
        for number in range(6):
            env.create(Customer, name=f"Acme {number}", phone="021-1234567", owner=seller)
            env.create(Product, name=f"Server {number}", unit=unit, tax=tax, list_price=Decimal(100 + number))
        orders_at_work(env)
        env.flush()
        orders = env.search(Order, limit=200)
        assert len(orders) >= sum(len(fates) for _age, fates in WAVES)
        states = Counter(one.state.code for one in orders)
        assert set(states) == {"draft", "confirmed", "in_fulfilment", "delivered", "closed", "cancelled"}
        assert all(one.total > 0 and one.ordered_on <= env.today for one in orders)
        assert all(line.price_reason for line in env.search(OrderLine, limit=500))
        assert {one.state.code for one in env.search(Quote, limit=100)} >= {
            "draft",
            "sent",
            "accepted",
            "replaced",
        }
        assert env.count(Contract, Contract.state == "in_force").value == 3
        words = {one.name for one in env.search(ProcessTask, limit=500)}
        chinese = company_language(env) == "zh_CN"
        assert ("核对订单及条款" if chinese else "Check the order and its terms") in words
        assert all(one.posted_at <= env.now for one in env.search(Delivery, limit=200) if one.posted_at)


def test_companies_without_customers_are_left_alone(world: World) -> None:
    with world.system("North") as env, use_env(env):
        orders_at_work(env)
        assert not env.search(Order)
