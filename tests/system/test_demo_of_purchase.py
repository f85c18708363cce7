"""The demonstrations of purchase and stock beside each other: what is open is on order, and stock adds up."""

from __future__ import annotations

from decimal import Decimal

from addons.crm_product.models import Product, Unit
from addons.crm_purchase.demo import purchases_of_three_months
from addons.crm_purchase.demo.words import ENGLISH
from addons.crm_purchase.models import GoodsReceipt, PurchaseLine
from addons.crm_purchase.states import EXPECTED
from addons.crm_stock.demo import stock_of_three_months
from addons.crm_stock.models import Level, StockIn
from addons.crm_stock.services.differences import differences
from core.api import Company
from core.testing.world import World, use_env


def test_what_is_open_is_on_order_and_can_be_received(world: World) -> None:
    with world.system("North") as env, use_env(env):
        env.write(env.get(Company, env.company_id), language="en")
        for login in (ENGLISH.buyer, ENGLISH.manager):
            user = env.create("base.user", name=login, login=login, is_demo=True, language="en")
            env.create("base.employee", name=login, code=login, user=user)
        for code in sorted({code for one in ENGLISH.sellers for code in one.products}):
            env.create(Product, name=code, code=code, unit=env.first(Unit), cost=Decimal(100))
        purchases_of_three_months(env)
        lines = env.search(PurchaseLine, limit=200)
        waiting = sum(one.open_quantity for one in lines if one.document.state in EXPECTED)
        assert sum(one.on_order for one in env.search(Level, limit=200)) == waiting > 0
        assert env.count(StockIn).value == 0
        stock_of_three_months(env)
        draft = env.first(GoodsReceipt, GoodsReceipt.state == "draft")
        draft.post()
        env.flush()
        assert env.get(GoodsReceipt, draft.id).stock_in is not None
        assert list(differences(env)) == []
