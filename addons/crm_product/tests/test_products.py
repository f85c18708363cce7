"""The product file: what it says of attributes, who knows costs, what comes in periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.crm_product.models import Attribute, AttributeValue, Category, Product, Unit
from addons.crm_product.services.instalments import instalments, months_later
from core.api import BadRequest, Env, ValidationFailed
from core.testing.world import World


@pytest.fixture
def keeper(world: World) -> Any:
    with world.acting("director") as env:
        yield env


def described(env: Env) -> tuple[Product, dict[str, Attribute]]:
    above = env.create(Category, name="Hardware")
    below = env.create(Category, name="Servers", parent=above)
    made = {
        "colour": env.create(Attribute, name="Colour", category=above, kind="choice", choices="black\nwhite"),
        "memory": env.create(Attribute, name="Memory", category=below, kind="number", suffix="GB"),
    }
    return env.create(Product, name="Server", unit=env.first(Unit), category=below), made


def test_a_product_says_what_its_category_asks(keeper: Env) -> None:
    product, made = described(keeper)
    product.add_attributes()
    rows = keeper.search(AttributeValue, AttributeValue.product == product.id, order="id")
    assert [row.attribute_id for row in rows] == [made["colour"].id, made["memory"].id]
    keeper.write(rows[0], value="white")
    keeper.write(rows[1], value="64")
    keeper.flush()
    assert rows[1].amount == 64
    again = keeper.get(Product, product.id)
    assert again.features == "Colour: white; Memory: 64 GB"
    assert keeper.complete(Product, "64 GB") == [(product.id, "Server")]
    found = keeper.search(AttributeValue, keeper.condition(AttributeValue, "amount", "ge", "32"))
    assert [row.product_id for row in found] == [product.id]
    keeper.delete(rows[0])
    keeper.flush()
    assert keeper.get(Product, product.id).features == "Memory: 64 GB"


@pytest.mark.parametrize(("name", "value"), [("colour", "green"), ("memory", "much"), ("memory", "NaN")])
def test_values_fit_the_kind_of_attribute(keeper: Env, name: str, value: str) -> None:
    product, made = described(keeper)
    with pytest.raises(ValidationFailed) as refused:
        keeper.create(AttributeValue, product=product, attribute=made[name], value=value)
    assert "value" in refused.value.problems


def test_costs_are_for_who_may_know_them(world: World, keeper: Env) -> None:
    product = keeper.create(
        Product, name="Server", unit=keeper.first(Unit), list_price=Decimal(100), cost=Decimal(60)
    )
    assert product.margin == 40
    with world.acting("owner") as env:
        with pytest.raises(BadRequest):
            env.condition(Product, "cost", "ge", "1")
        with pytest.raises(BadRequest):
            env.page(Product, ["name"], order="margin")
        with pytest.raises(BadRequest):
            env.page(Product, ["cost"])
    with world.acting("colleague") as env:
        assert env.read(Product, product.id, ["cost", "margin"])[-2:] == (60, 40)


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 60),
    st.sampled_from(["issue", "month", "quarter", "year"]), st.integers(0, 10**8), st.sampled_from([0, 2, 3]),
)  # fmt: skip
def test_instalments_add_up_and_follow_each_other(
    first: date, periods: int, unit: str, units: int, decimals: int
) -> None:
    amount = Decimal(units).scaleb(-decimals)
    found = instalments(first, periods, unit, Decimal(3), amount, decimals=decimals)
    assert sum((one.amount for one in found), Decimal(0)) == amount
    assert [one.number for one in found] == list(range(1, periods + 1))
    days = [one.due_on for one in found]
    assert days[0] == first
    assert days == sorted(set(days))
    assert {one.quantity for one in found} == {Decimal(3)}


def test_the_last_of_january_is_followed_by_the_last_of_february() -> None:
    days = [one.due_on for one in instalments(date(2027, 1, 31), 3, "month", Decimal(1), Decimal(3))]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert len(instalments(date(2027, 1, 31), 5, None, Decimal(1), Decimal(3))) == 1


def test_codes_follow_the_category(keeper: Env) -> None:
    above = keeper.create(Category, name="Servers", code_prefix="SRV")
    below = keeper.create(Category, name="Blades", parent=above)
    unit = keeper.first(Unit)
    rows = [{"name": f"Blade {n}", "unit": unit, "category": below} for n in range(2)]
    made = keeper.get_many(Product, keeper.create_many(Product, [*rows, {"name": "Cable", "unit": unit}]))
    assert [one.code for one in made] == ["SRV0001", "SRV0002", "P000001"]
    keeper.write(above, code_prefix="S-")
    keeper.flush()
    assert keeper.create(Product, name="Blade", unit=unit, category=above).code == "S-0003"
    assert keeper.create(Product, name="Blade", unit=unit, category=above, code="OLD-7").code == "OLD-7"
    keeper.create(Product, name="Old blade", unit=unit, category=above, code="S-0004")
    assert keeper.create(Product, name="Blade", unit=unit, category=above).code == "S-0005"
