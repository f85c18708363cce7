"""The demonstration: stock of three months in both companies, right to the last piece."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from addons.crm_product.models import Product
from addons.crm_stock.demo import stock_of_three_months
from addons.crm_stock.models import Level, Movement, ProductionRequest, StockIn
from addons.crm_stock.services.differences import differences
from addons.crm_stock.services.past import end_of, stock_at
from addons.crm_stock.tests.conftest import goods
from core.testing.world import World, use_env


@pytest.mark.parametrize("company", ["North", "South"])
def test_three_months_of_documents(world: World, company: str) -> None:
    with world.system(company) as env, use_env(env):
        user = env.create("base.user", name="Keeper", login="zhuli", is_demo=True, language="en")
        env.create("base.employee", name="Keeper", code="k", user=user)
        for number in range(8):
            goods(env, f"Goods {number}", cost=Decimal(100 + number))
        stock_of_three_months(env)
        env.flush()
        assert list(differences(env)) == []
        entries = env.search(Movement, order="id", limit=500)
        assert all(one.posted_at <= env.now for one in entries) and all(one.balance >= 0 for one in entries)
        assert entries[0].posted_at < env.now - timedelta(days=80)
        assert {one.state.code for one in env.search(StockIn, limit=100)} == {"draft", "posted", "reversed"}
        assert env.first(ProductionRequest).state.code == "in_production"
        assert env.count(Level, Level.lacking > 0).value > 0
        first = stock_at(env, end_of(env, env.today - timedelta(days=90)))
        assert sum(one.on_hand for one in first) == sum(
            one.quantity for one in entries if one.reason == "opening"
        )
        before = env.count(Movement).value
        stock_of_three_months(env)
        assert env.count(Movement).value == before


def test_companies_without_demonstration_people_are_left_alone(world: World) -> None:
    with world.system("North") as env, use_env(env):
        assert goods(env).id and env.count(Product).value
        stock_of_three_months(env)
        assert env.count(StockIn).value == 0
