"""The demonstration: suppliers with prices, purchase orders in all states, nothing that lies in the future."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from addons.crm_product.models import Product, Tax, Unit
from addons.crm_purchase.demo import purchases_of_three_months
from addons.crm_purchase.demo.words import CHINESE, ENGLISH, Words
from addons.crm_purchase.models import (
    GoodsReceipt,
    Proposal,
    PurchaseLine,
    PurchaseOrder,
    Supplier,
    SupplierProduct,
)
from core.api import Company
from core.testing.world import World, use_env


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_orders_are_in_all_states(world: World, words: Words) -> None:
    with world.system("North") as env, use_env(env):
        env.write(env.get(Company, env.company_id), language="zh_CN" if words is CHINESE else "en")
        for login in (words.buyer, words.manager):
            user = env.create("base.user", name=login, login=login, is_demo=True, language="en")
            env.create("base.employee", name=login, code=login, user=user)
        unit, tax = env.first(Unit), env.first(Tax, Tax.rate == 13)
        for code in sorted({code for one in words.sellers for code in one.products}):
            env.create(Product, name=code, code=code, unit=unit, tax=tax, cost=Decimal(100))
        purchases_of_three_months(env)
        env.flush()
        assert {one.name for one in env.search(Supplier)} == {one.name for one in words.sellers}
        assert env.count(SupplierProduct).value == sum(len(one.products) for one in words.sellers)
        orders = env.search(PurchaseOrder)
        assert Counter(one.state.code for one in orders) == {
            "closed": 2, "cancelled": 1, "received": 1, "partly": 1, "sent": 2, "approved": 1, "draft": 1,
        }  # fmt: skip
        assert all(one.total > 0 and one.ordered_on <= env.today and one.contact for one in orders)
        assert len({one.number for one in orders}) == len(orders)
        (partly,) = (one for one in orders if one.state.code == "partly")
        for line in env.search(PurchaseLine, PurchaseLine.document == partly.id):
            assert line.received == line.open_quantity > 0
        receipts = env.search(GoodsReceipt)
        assert Counter(one.state.code for one in receipts) == {"posted": 4, "draft": 1}
        assert all(one.posted_at <= env.now for one in receipts if one.posted_at)
        assert env.count(Proposal).value == 2
        purchases_of_three_months(env)
        assert env.count(Supplier).value == len(words.sellers)


def test_companies_without_demonstration_people_are_left_alone(world: World) -> None:
    with world.system("North") as env, use_env(env):
        purchases_of_three_months(env)
        assert env.count(Supplier).value == 0
