"""The configurator in a quote's form: boxes that follow the product, words at the option, the server's price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.crm_product.models import ConfigOption, ConfigRule, ConfigValue
from addons.crm_sales.models import QuoteLine
from addons.crm_sales.tests.conftest import customer
from addons.crm_sales.tests.conftest import product as goods_of
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.team import acting
from core.testing.world import World

PATH = "/r/crm_sales.quote/new"
LIVE = f"{PATH}/live"


class Desk:
    """A customer, a server with two options, and the browser of a salesperson."""

    def __init__(self, product: Product, composed: Composition, database: ScratchDatabase) -> None:
        self.database, self.composed = database, composed
        with database.app.begin() as connection:
            world = World(connection, composed)
            self.goods: int = goods_of(world, list_price=Decimal(1000)).id
            with world.system("North") as env:
                self.cpu, self.rack = (
                    env.create(ConfigOption, name=name, product=self.goods, is_required=needed).id
                    for name, needed in (("CPU", True), ("Rack", False))
                )
                self.small, self.large, self.rails = (
                    env.create(ConfigValue, option=option, name=code, code=code, surcharge=more, is_default=code == "S").id
                    for option, code, more in ((self.cpu, "S", 0), (self.cpu, "L", 400), (self.rack, "R", 50))
                )  # fmt: skip
                env.create(ConfigRule, product=self.goods, value=self.rails, kind="require", other=self.large)
            with acting(world, "owner") as env:
                self.customer: int = customer(env).id
            self.who = world.staff.users["owner"], world.company(NORTH)
        app = application_of(product.config, composed, database)
        self.browser = browser_of(app, database, *self.who)

    def sent(self, **boxes: int) -> dict[str, str]:
        """The form of a new quote with one line of the server, as a browser sends it: with what the server has filled."""
        form = next(one for one in self.browser.get(PATH).forms.values() if one.id == "record-form")
        fields = dict(form.submit_fields())
        fields |= {
            "customer": str(self.customer),
            "lines.0.product": str(self.goods),
            "lines.0.quantity": "2",
        }
        fields |= {f"lines.0.configuration.{getattr(self, name)}": str(key) for name, key in boxes.items()}
        filled = self.browser.post(LIVE, fields).json["cells"]
        return fields | {name: cell["value"] for name, cell in filled.items()}


@pytest.fixture
def desk(product: Product, composed: Composition, own_database: ScratchDatabase) -> Desk:
    return Desk(product, composed, own_database)


def test_options_are_chosen_in_the_row(desk: Desk) -> None:
    plain = desk.sent()
    panel = desk.browser.post(LIVE, plain).json["picks"]["lines.0.configuration"]
    assert f'name="lines.0.configuration.{desk.cpu}"' in panel and "L (+CN¥400.00)" in panel
    assert Decimal(plain["lines.0.unit_price"]) == 1000

    refused = desk.browser.post(PATH, desk.sent(cpu=desk.small, rack=desk.rails), status=422)
    assert "R requires L." in refused.text and f'href="#f-lines.0.configuration.{desk.cpu}"' in refused.text

    right = desk.sent(cpu=desk.large, rack=desk.rails)
    cheap = desk.browser.post(PATH, {**right, "lines.0.unit_price": "1"}, status=422)
    assert "These options cost 1,450." in cheap.text
    assert desk.browser.post(PATH, right, status=303)
    with desk.database.app.begin() as connection, acting(World(connection, desk.composed), "owner") as env:
        (line,) = env.search(QuoteLine)
        assert (line.configuration, line.unit_price, line.gross) == ("L-R", 1450, 2900)
