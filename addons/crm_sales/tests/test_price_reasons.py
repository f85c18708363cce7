"""Why a price holds is kept as data: whoever reads it reads it in the own language, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from addons.crm_product.models import PriceItem, PriceList
from addons.crm_sales.models import OrderLine, Quote, QuoteLine
from addons.crm_sales.tests.conftest import customer
from addons.crm_sales.tests.conftest import product as goods_of
from core.api import Env, LazyString
from core.exchange.columns import Column, cell_writer
from core.i18n import use_language
from core.orm.compose import Composition
from core.orm.history import as_stored, entries_of
from core.orm.trust import TRUSTED
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.team import acting
from core.testing.world import World

ENGLISH = "Price list “Regulars”: for everybody, price of this product, from a quantity of 5"
CHINESE = "价格表“Regulars”：适用于所有客户、该产品的价格、数量达到 5 起"


def quoted(world: World) -> int:
    """The id of a line whose price comes from a list, written by a salesperson who reads English."""
    goods = goods_of(world)
    with world.system(NORTH) as env:
        of = env.create(PriceList, name="Regulars", currency="CNY")
        env.create(PriceItem, price_list=of, product=goods, price=80, min_quantity=5)
    with acting(world, "owner") as env:
        made = env.create(Quote, customer=customer(env))
        key: int = env.create(QuoteLine, document=made, product=goods, quantity=6).id
    return key


def read(env: Env, model: Any, key: int) -> LazyString:
    found = env.get(model, key).price_reason
    assert isinstance(found, LazyString)
    return found


def test_each_reads_it_in_the_own_language(crew: World) -> None:
    key = quoted(crew)
    found = read(crew.new_env("owner"), QuoteLine, key)
    assert (found.translate("en"), found.translate("zh_CN")) == (ENGLISH, CHINESE)
    with use_language("zh_CN"):
        assert str(found) == CHINESE


def test_it_goes_over_to_orders_and_into_history_and_exports(crew: World) -> None:
    key = quoted(crew)
    with acting(crew, "owner") as env:
        quote = env.get(QuoteLine, key).document
        quote.mark_sent()
        env.get(Quote, quote.id).accept()
        order = env.get(Quote, quote.id).make_order()
        (line,) = env.search(OrderLine, OrderLine.document == order)
        assert line.price_reason.translate("zh_CN") == CHINESE
    env, info = crew.new_env("owner"), crew.env("owner").info(QuoteLine)
    (entry,) = [one for one in entries_of(env, info, key) if one.operation == "create"]
    field = info.fields["price_reason"]
    assert as_stored(field, entry.changes["price_reason"]["n"]).translate("zh_CN") == CHINESE
    env.language = "zh_CN"
    row = env.read(QuoteLine, key, ["price_reason"])
    assert cell_writer(env, Column(field, "", 2), dict)(row) == CHINESE


def test_words_that_were_kept_before_are_shown_as_they_are(crew: World) -> None:
    key = quoted(crew)
    for words in (
        "产品标价",
        '{"domain":"no sentence',
        '{"domain":"x","text":"{n}","args":{"n":{"$decimal":"?"}}}',
    ):
        statement = text(
            f"update {crew.env('owner').info(QuoteLine).table.fullname} set price_reason = :words"
        )
        with crew.system(NORTH) as env:
            env.session.execute(statement, {"words": words}, execution_options=TRUSTED)
        found = read(crew.new_env("owner"), QuoteLine, key)
        assert (found.translate("en"), found.translate("zh_CN")) == (words, words)
        with acting(crew, "owner") as env:
            env.get(QuoteLine, key).price_reason = found
        assert read(crew.new_env("owner"), QuoteLine, key) == found


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh_CN", CHINESE)])
def test_the_page_and_the_form_say_it_to_the_reader(
    language: str, words: str, product: Product, composed: Composition, own_database: ScratchDatabase
) -> None:
    with own_database.app.begin() as connection:
        world = World(connection, composed)
        key = quoted(world)
        with world.system(NORTH) as env:
            quote = env.get(QuoteLine, key).document_id
            env.write(env.get("base.user", world.staff.users["owner"]), language=language)
        who = world.staff.users["owner"], world.company(NORTH)
    browser = browser_of(application_of(product.config, composed, own_database), own_database, *who)
    for path in ("", "/edit"):
        assert words in browser.get(f"/r/crm_sales.quote/{quote}{path}").text
    form = browser.get(f"/r/crm_sales.quote/{quote}/edit").forms["record-form"]
    fields = {**dict(form.submit_fields()), "lines.0.quantity": "7"}
    outs = browser.post(f"/r/crm_sales.quote/{quote}/live", fields).json["outs"]
    assert outs["lines.0.price_reason"] == words
    assert words in browser.get(f"/r/crm_sales.quote_line/{key}").text


def test_a_line_that_is_typed_tells_it_while_its_price_is_that(
    product: Product, composed: Composition, own_database: ScratchDatabase
) -> None:
    """In a form the price is sent with the line; it is the list's as long as nobody types another one."""
    with own_database.app.begin() as connection:
        world = World(connection, composed)
        quote = world.env("owner").get(QuoteLine, quoted(world)).document_id
        goods = goods_of(world, "Cable").id
        who = world.staff.users["owner"], world.company(NORTH)
    path = f"/r/crm_sales.quote/{quote}"
    browser = browser_of(application_of(product.config, composed, own_database), own_database, *who)

    def typed(place: int, **cells: str) -> dict[str, Any]:
        fields = dict(browser.get(f"{path}/edit").forms["record-form"].submit_fields())
        fields |= {f"lines.{place}.{name}": value for name, value in cells.items()}
        return fields

    fields = typed(1, product=str(goods), quantity="2")
    live = browser.post(f"{path}/live", fields).json
    assert live["outs"]["lines.1.price_reason"] == "List price of the product"
    fields |= {name: cell["value"] for name, cell in live["cells"].items()}
    browser.post(f"{path}/edit", fields, status=303)
    assert "List price of the product" in browser.get(path).text

    fields = typed(1, unit_price="95")
    assert browser.post(f"{path}/live", fields).json["outs"]["lines.1.price_reason"] == ""
    browser.post(f"{path}/edit", fields, status=303)
    assert "List price of the product" not in browser.get(path).text
    browser.post(f"{path}/edit", typed(1, unit_price="100"), status=303)
    assert "List price of the product" in browser.get(path).text
    browser.post(f"{path}/edit", typed(0, quantity="2", unit_price="100"), status=303)
    assert ENGLISH not in browser.get(path).text
