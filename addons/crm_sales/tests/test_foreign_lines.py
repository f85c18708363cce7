"""Lines that a browser sends with a quote: what belongs to another company is not there, and nothing of it is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from addons.crm_base.models import Customer
from addons.crm_product.models import Product as Goods
from addons.crm_product.models import Unit
from addons.crm_sales.models import Quote, QuoteLine
from addons.crm_sales.tests.conftest import customer
from addons.crm_sales.tests.conftest import product as goods_of
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH, SOUTH
from core.testing.product import Product
from core.testing.team import acting
from core.testing.world import World

NEW = "/r/crm_sales.quote/new"


class Two:
    """A product, a customer and a quote with a line in each company, and a salesperson's browser in the first."""

    def __init__(self, product: Product, composed: Composition, database: ScratchDatabase) -> None:
        self.database = database
        with database.app.begin() as connection:
            world = World(connection, composed)
            goods = goods_of(world)
            with acting(world, "owner") as env:
                self.own = self._made(env, goods, customer(env))
            with world.system(SOUTH) as env:
                theirs = env.create(Goods, name="Theirs", unit=env.first(Unit))
                self.foreign = self._made(env, theirs, env.create(Customer, name="Far", phone="021-7654321"))
            who = world.staff.users["owner"], world.company(NORTH)
        self.browser = browser_of(application_of(product.config, composed, database), database, *who)
        self.lines, self.quotes = (composed.info(one).table for one in (QuoteLine, Quote))

    def _made(self, env: Any, goods: Any, whom: Any) -> dict[str, int]:
        quote = env.create(Quote, customer=whom)
        line = env.create(
            QuoteLine, document=quote, product=goods, quantity=1, unit=goods.unit_id, unit_price=7
        )
        env.flush()
        return {
            "unit": goods.unit_id,
            "product": goods.id,
            "customer": whom.id,
            "quote": quote.id,
            "line": line.id,
        }

    def form(self, path: str) -> dict[str, str]:
        return dict(
            next(
                one for one in self.browser.get(path).forms.values() if one.id == "record-form"
            ).submit_fields()
        )

    def stored(self) -> tuple[list[Any], list[Any]]:
        """All quotes and lines of both companies, past all walls."""
        with self.database.owner.connect() as connection:
            found = [
                connection.execute(select(one).order_by(one.c.id)).all() for one in (self.quotes, self.lines)
            ]
        return found[0], found[1]


@pytest.fixture
def two(product: Product, composed: Composition, own_database: ScratchDatabase) -> Two:
    return Two(product, composed, own_database)


def test_a_new_quote_takes_nothing_from_another_company(two: Two) -> None:
    own, foreign = two.own, two.foreign
    right = two.form(NEW) | {"customer": str(own["customer"])}
    for place in ("lines.0", "lines.1"):
        given = {"product": own["product"], "unit": own["unit"], "quantity": 2, "unit_price": 7}
        right |= {f"{place}.{name}": str(value) for name, value in given.items()}
    before = two.stored()
    asked = {
        "lines.1.product": "product",
        "customer": "customer",
        "lines.1.document": "quote",
        "row.lines.1": "line",
    }
    for name, key in asked.items():
        value = f"{foreign[key]}:1" if name.startswith("row.") else str(foreign[key])
        answer = two.browser.post(NEW, right | {name: value}, status="*")
        assert answer.status_code in (400, 422), name
        assert two.stored() == before, name
    assert two.browser.post(NEW, right, status=303)


def test_a_line_of_another_company_is_not_changed_with_the_own_ones(two: Two) -> None:
    path = f"/r/crm_sales.quote/{two.own['quote']}/edit"
    before, form = two.stored(), two.form(path)
    own, _colon, version = form["row.lines.0"].partition(":")
    assert own == str(two.own["line"])
    changed = form | {"lines.0.quantity": "9"}
    answer = two.browser.post(path, changed | {"row.lines.0": f"{two.foreign['line']}:{version}"}, status="*")
    assert answer.status_code in (400, 409, 422)
    assert two.stored() == before
    assert two.browser.post(path, changed, status=303)
