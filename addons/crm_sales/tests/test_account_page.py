"""The pages of the account on the screen: on by keys, and back the way that was taken."""

from __future__ import annotations

import re

import pytest

from addons.crm_sales.models import Order
from addons.crm_sales.reports import ORDER_ACCOUNT
from addons.crm_sales.tests.conftest import draft
from addons.crm_sales.tests.conftest import product as goods_of
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.team import acting
from core.testing.world import World
from core.web.pages import reports

ORDERS = 200
"""Two rows each, and 80 rows on a page: five pages."""


def test_back_from_page_to_page(
    product: Product, composed: Composition, database: ScratchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_BACK", 2)
    with database.app.begin() as connection:
        world = World(connection, composed)
        goods = goods_of(world)
        with acting(world, "owner") as env:
            env.run(Order.confirm, [draft(env, goods) for _one in range(ORDERS)])
        who = world.staff.users["owner"], world.company(NORTH)
    browser = browser_of(application_of(product.config, composed, database), database, *who)
    seen = [browser.get(f"{ORDER_ACCOUNT.url}?detail=all&since=")]
    assert not seen[0].html.find("a", rel="first")
    while (href := seen[-1].html.find("a", rel="next").get("href")) is not None:
        seen.append(browser.get(href))
    assert [len(one.html.select("tbody tr")) for one in seen] == [80] * 5
    told = {
        order for one in seen for order in re.findall(r"/r/crm_sales\.order/\d+", str(one.html.find("tbody")))
    }
    assert len(told) == ORDERS
    assert [bool(one.html.find("a", rel="first")) for one in seen] == [False, False, True, True, True]
    for place in (1, 2, 3):
        back = browser.get(seen[place].html.find("a", rel="prev")["href"])
        assert back.html.find("tbody") == seen[place - 1].html.find("tbody"), place
    last = browser.get(seen[4].html.find("a", rel="prev")["href"])
    assert last.html.find("tbody") == seen[3].html.find("tbody")
    assert last.html.find("a", rel="prev").get("href") is None, "what was left out is not known any more"
    assert browser.get(last.html.find("a", rel="first")["href"]).html.find("tbody") == seen[0].html.find(
        "tbody"
    )
