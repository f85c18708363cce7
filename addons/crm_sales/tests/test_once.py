"""Double submit, stale form and lost connection at “confirm”: one order, the same answer."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from addons.crm_sales.models import DeliveryPlan, Order, ProcessTask
from addons.crm_sales.tests.conftest import draft
from addons.crm_sales.tests.conftest import product as goods_of
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.processes import Call, Start, at_once
from core.testing.product import Product
from core.testing.team import acting
from core.testing.world import World


class Shop:
    """A draft order that is committed, and browsers of its salesperson."""

    def __init__(self, product: Product, composed: Composition, database: ScratchDatabase) -> None:
        self.database, self.composed = database, composed
        with database.app.begin() as connection:
            world = World(connection, composed)
            goods = goods_of(world)
            with acting(world, "owner") as env:
                self.order: int = draft(env, goods, lines=3).id
            self.who = world.staff.users["owner"], world.company(NORTH)
        self.app = application_of(product.config, composed, database)
        self.path = f"/r/crm_sales.order/{self.order}/do/confirm"

    def browser(self) -> Any:
        return browser_of(self.app, self.database, *self.who)

    def browser_like(self, other: Any) -> Any:
        """The same session in another tab."""
        visitor = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"}
        return TestApp(self.app, extra_environ=visitor, cookiejar=other.cookiejar)

    def sender(self, browser: Any, fields: dict[str, Any]) -> Call:
        """A web process, with connections of its own, that gets the form."""

        def send(start: Start) -> tuple[int, str | None]:
            self.database.app.dispose(close=False)
            with self.database.app.connect():
                pass
            start()
            answer = browser.post(self.path, fields, status="*")
            return answer.status_int, answer.location

        return send

    def form(self, browser: Any) -> Any:
        page = browser.get(self.path)
        return next(form for form in page.forms.values() if form.action == self.path)

    def made(self) -> tuple[str, int, int]:
        """State, tasks and instalments of the order."""
        with self.database.app.begin() as connection:
            env = World(connection, self.composed).env("owner")
            order = env.get(Order, self.order)
            tasks = env.count(ProcessTask, ProcessTask.order == order).value
            return order.state.code, tasks, env.count(DeliveryPlan, DeliveryPlan.order == order).value


@pytest.fixture
def shop(product: Product, composed: Composition, own_database: ScratchDatabase) -> Shop:
    return Shop(product, composed, own_database)


def test_a_form_that_is_sent_again_gets_the_same_answer(shop: Shop) -> None:
    browser = shop.browser()
    form, stale = shop.form(browser), shop.form(browser)
    first, again = form.submit(), form.submit()
    assert (first.status_int, again.status_int) == (303, 303)
    assert first.location == again.location
    assert shop.made() == ("confirmed", 5, 3)
    refused = stale.submit(status="*")
    assert refused.status_int in (409, 422) and "Confirmed" in refused.text
    assert shop.made() == ("confirmed", 5, 3)


def test_two_at_the_same_moment_make_one(shop: Shop) -> None:
    first = shop.browser()
    fields = dict(shop.form(first).submit_fields())
    answers = at_once(*[shop.sender(shop.browser_like(first), fields)] * 4)
    assert set(answers) == {(303, answers[0][1])}
    assert shop.made() == ("confirmed", 5, 3)


def test_a_running_order_has_inputs_for_what_stays_open_and_shows_the_rest(shop: Shop) -> None:
    """And a form that was opened before says why it is too late, and loses nothing of what was typed."""
    browser, path = shop.browser(), f"/r/crm_sales.order/{shop.order}/edit"
    before = next(form for form in browser.get(path).forms.values() if form.id == "record-form")
    assert "ordered_on" in before.fields and "remarks" in before.fields
    shop.form(browser).submit()
    page = browser.get(path)
    after = next(form for form in page.forms.values() if form.id == "record-form")
    assert "remarks" in after.fields and not {"ordered_on", "customer", "currency"} & after.fields.keys()
    assert "ky-lines" not in page.text and "only the fields with an input" in page.text
    after["remarks"] = "Ring twice"
    after.submit().follow(status=200)
    before["customer_reference"], before["ordered_on"] = "PO 7", "2026-01-05"
    late = before.submit(status="*")
    assert late.status_int == 409 and "no change is possible" in late.text and "ky-lines" in late.text
    assert 'value="PO 7"' in late.text
    with shop.database.app.begin() as connection:
        order = World(connection, shop.composed).env("owner").get(Order, shop.order)
        assert (order.remarks, order.customer_reference) == ("Ring twice", None)
