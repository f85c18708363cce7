"""An expired quote says since when it is, and offers what one does then; its lines say that it is theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from addons.crm_sales.models import Quote, QuoteLine
from addons.crm_sales.services import quoting
from addons.crm_sales.tests.conftest import customer
from addons.crm_sales.tests.conftest import product as goods_of
from core.api import Env, StateForbids, ValidationFailed
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.team import acting, buttons
from core.testing.world import World


def expired(crew: World, *, sent: bool = True) -> int:
    """The id of a quote whose last day was yesterday, of a product that costs 100."""
    goods = goods_of(crew)
    with acting(crew, "owner") as env:
        made = env.create(Quote, customer=customer(env), valid_until=env.today - timedelta(days=1))
        env.create(QuoteLine, document=made, product=goods, quantity=3)
        if sent:
            env.run(Quote.mark_sent, [made])
        key: int = made.id
    with crew.system("North") as env:
        assert quoting.expire(env) == 1
    return key


def quote_of(env: Env, key: int) -> Any:
    return env.get(Quote, key)


def test_it_is_prolonged_and_then_accepted(crew: World) -> None:
    key = expired(crew)
    with acting(crew, "owner") as env:
        with pytest.raises(ValidationFailed, match="give a day after"):
            quote_of(env, key).prolong(until=env.today - timedelta(days=1))
        with pytest.raises(StateForbids):
            env.write(quote_of(env, key), valid_until=env.today)
    with acting(crew, "owner") as env:
        quote_of(env, key).prolong(until=env.today)
    with acting(crew, "owner") as env:
        found = quote_of(env, key)
        assert (found.state.code, found.valid_until) == ("sent", env.today)
        found.accept()
        assert quote_of(env, key).state.code == "accepted"


def test_it_is_made_anew_and_stays_as_it_was(crew: World) -> None:
    key = expired(crew)
    with acting(crew, "owner") as env:
        second = quote_of(env, key).new_version()
        assert (second.previous_id, second.state.code) == (key, "draft")
        assert second.valid_until == quoting.proposed_validity(env)
        assert quote_of(env, key).state.code == "replaced"


def test_what_the_customer_never_had_goes_back_to_its_writer(crew: World) -> None:
    sent, unsent = expired(crew), expired(crew, sent=False)
    with acting(crew, "owner") as env:
        first, second = quote_of(env, sent), quote_of(env, unsent)
    assert buttons(crew, "owner", first) >= {"prolong", "new_version", "copy_as_new"}
    assert "redraft" not in buttons(crew, "owner", first) and "prolong" not in buttons(crew, "owner", second)
    with acting(crew, "owner") as env:
        quote_of(env, unsent).redraft()
        found = quote_of(env, unsent)
        assert (found.state.code, found.valid_until) == ("draft", quoting.proposed_validity(env))


@pytest.fixture
def page_of(product: Product, composed: Composition, own_database: ScratchDatabase) -> Any:
    """The salesperson's browser, an expired quote, its line, and the company's day on which it expired."""
    with own_database.app.begin() as connection:
        world = World(connection, composed)
        key = expired(world)
        with acting(world, "owner") as env:
            (line,) = env.search(QuoteLine, QuoteLine.document == quote_of(env, key))
            today = env.today
        who = world.staff.users["owner"], world.company(NORTH)
    browser = browser_of(application_of(product.config, composed, own_database), own_database, *who)
    return browser, f"/r/crm_sales.quote/{key}", f"/r/crm_sales.quote_line/{line.id}", today


def test_the_page_says_why_it_is_not_edited_and_what_to_do(page_of: Any) -> None:
    browser, quote, line, today = page_of
    steps = {f"{quote}/do/{name}" for name in ("prolong", "new_version", "copy_as_new")}
    shown = browser.get(quote)
    assert f"Expired since {_written(today)}. It is changed by its steps only." in shown.text
    assert "Its last day has passed." in shown.text
    bar = [one.get_text() for one in shown.html.find("ol", class_="ky-steps").find_all("li")]
    assert bar == ["Draft", "Approved", "Sent", "Expired"]
    form = browser.get(f"{quote}/edit")
    assert (
        "Expired since" in form.text
        and steps <= _ways(form)
        and "remarks" in form.forms["record-form"].fields
    )
    for path in (f"{quote}/do/accept", f"{quote}/delete", f"{line}/edit"):
        told = browser.get(path, status=409)
        assert "Expired since" in told.text and steps <= _ways(told), path
    assert "no change is possible in the state “Expired”" in browser.get(f"{line}/edit", status=409).text


def test_a_line_of_it_offers_no_change(page_of: Any) -> None:
    browser, quote, line, _today = page_of
    shown = browser.get(line)
    assert "Expired since" in shown.text and shown.html.select_one(f".ky-shut a[href='{quote}']")
    assert not {f"{line}/edit", f"{line}/delete"} & _ways(shown)


def _ways(page: Any) -> set[str]:
    return {str(one.get("href") or one.get("action")) for one in page.html.select("a[href], form[action]")}


def _written(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
