"""The demonstration tells the same story in both languages."""

from __future__ import annotations

import pytest

from addons.crm_product.demo import catalogue
from addons.crm_product.models import PriceItem, Product
from core.api import Company
from core.testing.world import World


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_company_has_products_prices_and_options(
    world: World, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("addons.crm_product.demo.demo_people", lambda env: {"sales1": 1})
    with world.system("North") as env:
        env.write(env.get(Company, env.company_id), language=language)
        catalogue(env)
        server = env.first(Product, Product.code == "SRV-200")
        assert server is not None
        assert server.name == ("机架式服务器 R200" if language == "zh_CN" else "Rack server R200")
        assert server.features is not None
        assert "128 GB" in server.features
        assert server.build(code="P16-M256-E2").list_price > server.list_price
        assert env.count(PriceItem).value == 7


def test_other_companies_are_left_alone(world: World) -> None:
    with world.system("North") as env:
        catalogue(env)
        assert env.count(Product).value == 0
