"""Which price holds, and why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_base.models import Customer
from addons.crm_product.models import Category, PriceItem, PriceList, Product, Tax, Unit
from addons.crm_product.services import price_checks
from addons.crm_product.services.pricing import Price, prices_for
from core.api import Env, Option, ValidationFailed
from core.testing.world import World


@pytest.fixture
def keeper(world: World) -> Any:
    with world.acting("director") as env:
        yield env


def level(env: Env, code: str) -> Any:
    return env.first(Option, Option.list_code == "crm_base.level", Option.code == code)


def article(env: Env, **values: Any) -> Product:
    given = {"name": "Server", "unit": unit(env, "Piece"), "tax": env.first(Tax, Tax.rate == 13),
             "list_price": Decimal(100), **values}  # fmt: skip
    return env.create(Product, **given)


def unit(env: Env, name: str) -> Any:
    return next(one for one in env.search(Unit) if one.name["en"] == name)


def offer(env: Env, name: str, *, of: dict[str, Any] | None = None, **values: Any) -> PriceItem:
    made = env.create(PriceList, name=name, **{"currency": "CNY", **(of or {})})
    return env.create(PriceItem, price_list=made, **values)


def price(env: Env, product: Product, customer: Any = None, quantity: str = "1", **values: Any) -> Price:
    asked = {"currency": "CNY", "day": env.today} | values
    unit_id = asked.pop("unit", None)
    return prices_for(env, customer and customer.id, asked.pop("currency"), asked.pop("day"),
                      [(product.id, Decimal(quantity), unit_id)], **asked)[0]  # fmt: skip


def why(found: Price) -> str:
    return found.reason.translate("en")


def test_without_a_list_the_list_price_holds(keeper: Env) -> None:
    found = price(keeper, article(keeper))
    assert (found.unit_price, found.list_id) == (Decimal(100), None)
    assert why(found) == "List price of the product"


def test_the_closest_list_counts(world: World, keeper: Env) -> None:
    product = article(keeper)
    with world.acting("owner") as env:
        acme = env.create(
            Customer, name="Acme", phone="021-1234567", level=level(env, "a"), province="上海市"
        )
        other = env.create(Customer, name="Other", phone="021-1234568")
        offer(keeper, "Shanghai", of={"province": "上海市", "priority": 50}, product=product, price=95)
        offer(keeper, "Everybody", of={"priority": 100}, product=product, price=97)
        assert price(env, product, acme).unit_price == 95
        assert price(env, product, other).unit_price == 97
        offer(keeper, "Level A", of={"level": level(env, "a")}, product=product, price=90)
        assert price(env, product, acme).unit_price == 90
        with world.system("North") as system:
            offer(system, "Acme", of={"customer": acme, "kind": "special"}, product=product, price=88)
        found = price(env, product, acme)
        assert found.unit_price == 88
        assert why(found) == "Price list “Acme”: for this customer, price of this product"
        assert price(env, product).unit_price == 97


def test_a_product_stands_above_its_categories(keeper: Env) -> None:
    above = keeper.create(Category, name="Hardware")
    below = keeper.create(Category, name="Servers", parent=above)
    product = article(keeper, category=below)
    made = offer(keeper, "Retail", discount=Decimal(5))
    assert price(keeper, product).unit_price == 95
    keeper.create(PriceItem, price_list=made.price_list, category=above, discount=10)
    assert price(keeper, product).unit_price == 90
    keeper.create(PriceItem, price_list=made.price_list, category=below, discount=15)
    found = price(keeper, product)
    assert found.unit_price == 85
    assert "price of its category, 15% off 100" in why(found)
    keeper.create(PriceItem, price_list=made.price_list, product=product, price=99)
    assert price(keeper, product).unit_price == 99


def test_quantity_breaks_are_reached_in_any_unit(keeper: Env) -> None:
    product = article(keeper)
    made = offer(keeper, "Retail", product=product, price=100)
    keeper.create(PriceItem, price_list=made.price_list, product=product, price=90, min_quantity=12)
    dozen = unit(keeper, "Dozen").id
    assert price(keeper, product, quantity="11").unit_price == 100
    assert price(keeper, product, quantity="12").unit_price == 90
    assert price(keeper, product, quantity="1", unit=dozen).unit_price == 1080
    assert "from a quantity of 12" in why(price(keeper, product, quantity="12"))


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(0, 0, True), (1, None, False), (None, -1, False), (-1, 1, True)]
)
@pytest.mark.parametrize("at", ["list", "item"])
def test_prices_hold_on_their_days(
    keeper: Env, at: str, first: int | None, last: int | None, holds: bool
) -> None:
    days = {name: None if n is None else keeper.today + timedelta(days=n)
            for name, n in (("valid_from", first), ("valid_until", last))}  # fmt: skip
    product = article(keeper)
    offer(keeper, "Dated", of=days if at == "list" else {}, product=product, price=1,
          **(days if at == "item" else {}))  # fmt: skip
    assert price(keeper, product).unit_price == (1 if holds else 100)


def test_lists_of_other_currencies_and_closed_ones_do_not_count(keeper: Env) -> None:
    product = article(keeper)
    offer(keeper, "Dollars", of={"currency": "USD"}, product=product, price=1)
    offer(keeper, "Closed", of={"active": False}, product=product, price=2)
    assert price(keeper, product).unit_price == 100
    assert price(keeper, product, currency="USD").unit_price == 1


def test_prices_are_converted_to_how_the_document_means_them(keeper: Env) -> None:
    product = article(keeper, list_price=Decimal(113))
    assert price(keeper, product, tax_included=False).unit_price == 100
    offer(keeper, "Net", of={"tax_included": False}, product=product, price=50)
    assert price(keeper, product).unit_price == Decimal("56.5")


def test_a_role_limited_to_kinds_of_price_does_not_sell_at_others(world: World, keeper: Env) -> None:
    product = article(keeper)
    offer(keeper, "Dealers", of={"kind": "wholesale"}, product=product, price=60)
    with world.acting("owner") as env:
        assert price(env, product).unit_price == 60
    with world.system("North") as env:
        role = env.first("base.role", env.condition("base.role", "code", "eq", "base.user"))
        env.create(
            "base.value_limit", role=role, model="crm_product.price_list", field="kind", value="retail"
        )
    assert price(world.new_env("owner"), product).unit_price == 100


def test_a_unit_of_something_else_is_refused(keeper: Env) -> None:
    with pytest.raises(ValidationFailed) as refused:
        price(keeper, article(keeper), unit=unit(keeper, "Hour").id)
    assert "unit" in refused.value.problems


@pytest.mark.parametrize("values", [
    {}, {"price": 1, "product": 1, "category": 1},
])  # fmt: skip
def test_a_price_has_to_hold_together(keeper: Env, values: dict[str, Any]) -> None:
    if "product" in values:
        values |= {"product": article(keeper), "category": keeper.create(Category, name="A")}
    with pytest.raises(ValidationFailed):
        offer(keeper, "Wrong", **values)


def test_statements_do_not_grow_with_rows(world: World, keeper: Env) -> None:
    category = keeper.create(Category, name="Hardware")
    products = [article(keeper, name=f"Product {n}", category=category) for n in range(30)]
    made = offer(keeper, "Retail", category=category, discount=1)
    keeper.create_many(
        PriceItem, [{"price_list": made.price_list, "product": one, "price": 7} for one in products[::2]]
    )
    dozen = unit(keeper, "Dozen").id
    keeper.flush()
    asked = [(one.id, Decimal(3), dozen) for one in products]
    few: list[str] = []
    event.listen(world.connection, "before_cursor_execute", lambda _c, _k, text, *_rest: few.append(text))
    prices_for(keeper, None, "CNY", keeper.today, asked[:1])
    first = len(few)
    found = prices_for(keeper, None, "CNY", keeper.today, asked)
    assert {one.unit_price for one in found} == {Decimal(84), Decimal(1188)}
    assert len(few) - first == first <= 4


def test_days_in_the_wrong_order_are_pointed_out(keeper: Env) -> None:
    assert price_checks.hints_for({"valid_from": keeper.today, "valid_until": keeper.today}) == []
    (said,) = price_checks.hints_for({"valid_from": "2026-02-02", "valid_until": "2026-02-01"})
    assert "never hold" in said.text.translate("en")
