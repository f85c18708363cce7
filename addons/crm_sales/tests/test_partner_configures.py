"""PROD-08: a partner uses the configurator, by a role that the company's administrator has made for it.

The account belongs to no employee, has this one role, and reaches what is its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from webtest import TestApp

from addons.crm_base.models import Customer
from addons.crm_product.models import ConfigOption, ConfigRule, ConfigValue
from addons.crm_sales.models import Quote, QuoteLine
from addons.crm_sales.tests.conftest import customer
from addons.crm_sales.tests.conftest import product as goods_of
from core.api import Env
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.team import acting, give
from core.testing.world import World

RIGHTS = [
    ("crm_base.customer", "read"),
    *(("crm_sales.quote", action) for action in ("read", "create", "update")),
]
NEW = "/r/crm_sales.quote/new"


def dealer_made_by(admin: Env) -> Any:
    """What the pages of roles and accounts do: a role of the company's own with four rights, and an account with it."""
    role: Any = admin.create("base.role", title="Dealer")
    for model, action in RIGHTS:
        admin.create("base.role_right", role=role, model=model, action=action, level="own")
    user: Any = admin.create("base.user", name="Dealer Ltd", login="dealer", language="en")
    give(admin, user.id, role.code)
    return user


class Deal:
    """A server with options, the dealer's customer and the browser of the dealer; a colleague has customer and quote."""

    def __init__(self, product: Product, composed: Composition, database: ScratchDatabase) -> None:
        with database.app.begin() as connection:
            world = World(connection, composed)
            self.goods: int = goods_of(world, list_price=Decimal(1000), cost=Decimal(777)).id
            with acting(world, "admin") as env:
                user = dealer_made_by(env)
            with world.system(NORTH) as env:
                option = env.create(ConfigOption, name="CPU", product=self.goods, is_required=True)
                self.small, self.large = (
                    env.create(ConfigValue, option=option, name=name, code=name, surcharge=more).id
                    for name, more in (("Small", 0), ("Large", 400))
                )
                rack = env.create(ConfigOption, name="Rack", product=self.goods)
                self.cpu, self.rack = option.id, rack.id
                self.rails = env.create(ConfigValue, option=rack, name="Rails", code="R", surcharge=50).id
                env.create(ConfigRule, product=self.goods, value=self.rails, kind="require", other=self.large)
                self.customer: int = env.create(Customer, name="Its own", phone="021-1111111", owner=user).id
            with acting(world, "owner") as env:
                self.theirs: int = env.create(Quote, customer=customer(env, "Of a colleague")).id
            self.who = user.id, world.company(NORTH)
        self.database, self.composed = database, composed
        self.browser: TestApp = browser_of(
            application_of(product.config, composed, database), database, *self.who
        )

    def configurator(self, **chosen: int) -> Any:
        boxes = "".join(f"&o{name}={value}" for name, value in chosen.items())
        return self.browser.get(f"/p/crm_product.configurator?product={self.goods}&check=1{boxes}")


@pytest.fixture
def deal(product: Product, composed: Composition, own_database: ScratchDatabase) -> Deal:
    return Deal(product, composed, own_database)


def test_the_configurator_says_what_goes_together_and_what_it_costs(deal: Deal) -> None:
    refused = deal.configurator(a=deal.small, b=deal.rails)
    assert "Rails requires Large." in refused.text and "Make the configured product" not in refused.text
    fine = deal.configurator(a=deal.large, b=deal.rails)
    assert "1,450.00" in fine.text and "Large-R" in fine.text
    shown = deal.browser.get(f"/r/crm_product.product/{deal.goods}")
    assert "777" not in shown.text, "what the product costs us is nobody's but ours"


def test_what_was_configured_goes_into_a_quote_of_the_partner(deal: Deal) -> None:
    form = next(one for one in deal.browser.get(NEW).forms.values() if one.id == "record-form")
    fields = {
        **dict(form.submit_fields()), "customer": str(deal.customer), "lines.0.product": str(deal.goods),
        "lines.0.quantity": "2", f"lines.0.configuration.{deal.cpu}": str(deal.large),
        f"lines.0.configuration.{deal.rack}": str(deal.rails),
    }  # fmt: skip
    filled = deal.browser.post(f"{NEW}/live", fields).json["cells"]
    fields |= {name: cell["value"] for name, cell in filled.items()}
    saved = deal.browser.post(NEW, {**fields, "save": "1"}, status="*")
    assert saved.status_int == 303, saved.text
    with deal.database.app.begin() as connection, World(connection, deal.composed).system(NORTH) as env:
        (line,) = env.search(QuoteLine)
        assert (line.unit_price, line.configuration, line.gross) == (1450, "Large-R", Decimal(2900))
        assert line.document.owner_id == deal.who[0]


def test_nothing_of_others_is_reached(deal: Deal) -> None:
    deal.browser.get(f"/r/crm_sales.quote/{deal.theirs}", status=404)
    assert "Of a colleague" not in deal.browser.get("/r/crm_base.customer?preset=").text
    for model in ("crm_sales.order", "crm_sales.contract"):
        deal.browser.get(f"/r/{model}", status=403)
    deal.browser.get(f"/r/crm_product.product/{deal.goods}/edit", status=403)
