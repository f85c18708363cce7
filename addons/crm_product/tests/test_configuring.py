"""What goes together in a configuration, its code and price, and the product that is made of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.crm_product.models import ConfigOption, ConfigRule, ConfigValue, Product, Unit
from addons.crm_product.services.configuring import (
    Choice,
    Offered,
    OfferedOption,
    chosen_by_code,
    code_of,
    problems_of,
    surcharge,
)
from core.api import Env, ValidationFailed
from core.testing.world import World


def choice(key: int, option: int, code: str, more: int = 0) -> Choice:
    return Choice(key, option, f"Choice {key}", code, Decimal(more), False)


OFFER = Offered(
    (
        OfferedOption(1, "CPU", True, (choice(1, 1, "C1"), choice(2, 1, "C2", 500))),
        OfferedOption(
            2, "Memory", True, (choice(3, 2, "M1"), choice(4, 2, "M2", 200), choice(5, 2, "M3", 900))
        ),
        OfferedOption(3, "Service", False, (choice(6, 3, "S", 100),)),
    ),
    ((1, "allow", 3), (1, "allow", 4), (5, "require", 6), (2, "exclude", 3)),
)


def told(chosen: list[int]) -> list[str]:
    return [problem.translate("en") for problem in problems_of(OFFER, chosen)]


@pytest.mark.parametrize(("chosen", "words"), [
    ([1, 4], []), ([2, 5, 6], []), ([1, 3, 6], []),
    ([1], ["Memory has to be chosen."]),
    ([1, 2, 4], ["CPU can be chosen once only."]),
    ([1, 5, 6], ["Choice 1 does not go with Choice 5."]),
    ([2, 5], ["Choice 5 requires Choice 6."]),
    ([2, 3], ["Choice 2 excludes Choice 3."]),
])  # fmt: skip
def test_rules_allow_require_and_exclude(chosen: list[int], words: list[str]) -> None:
    assert told(chosen) == words


def test_a_code_stands_for_its_choice_in_any_order() -> None:
    assert code_of(OFFER, [6, 5, 2]) == "C2-M3-S"
    assert chosen_by_code(OFFER, "m3-c2-s") == ([5, 2, 6], [])
    assert chosen_by_code(OFFER, "C9-M1") == ([3], ["C9"])
    assert surcharge(OFFER, [2, 5, 6]) == 1500


@given(st.sets(st.sampled_from([1, 2, 3, 4, 5, 6])))
def test_the_code_of_a_choice_gives_it_back(chosen: set[int]) -> None:
    found, unknown = chosen_by_code(OFFER, code_of(OFFER, sorted(chosen)))
    assert (set(found), unknown) == (chosen, [])


@pytest.fixture
def machine(world: World) -> Product:
    with world.system("North") as env:
        made = env.create(Product, name="Server", code="SRV", unit=env.first(Unit), list_price=Decimal(1000))
        cpu = env.create(ConfigOption, name="CPU", product=made)
        rack = env.create(ConfigOption, name="Rails", product=made, is_required=False)
        small, large = (
            env.create(ConfigValue, option=cpu, name=code, code=code, surcharge=more)
            for code, more in (("S", 0), ("L", 400))
        )
        rails = env.create(ConfigValue, option=rack, name="R", code="R", surcharge=50)
        env.create(ConfigRule, product=made, value=rails, kind="require", other=large)
        assert small.code == "S"
    return made


def test_a_salesperson_gets_the_configured_product(world: World, machine: Product) -> None:
    with world.acting("owner") as env:
        base = env.get(Product, machine.id)
        variant = base.build(code="r-l")
        assert (variant.code, variant.list_price) == ("SRV-L-R", 1450)
        assert (variant.base_product_id, variant.specification) == (machine.id, "CPU: L; Rails: R")
        assert base.build(code="L-R").id == variant.id
    with world.system("North") as env:
        env.write(env.get(Product, machine.id), list_price=Decimal(1100))
    with world.acting("owner") as env:
        assert env.get(Product, machine.id).build(code="L-R").list_price == 1550


@pytest.mark.parametrize(("code", "words"), [
    ("S-R", "R requires L."), ("R", "CPU has to be chosen."), ("X", "X is not a short code of this product."),
])  # fmt: skip
def test_what_does_not_go_together_is_refused(world: World, machine: Product, code: str, words: str) -> None:
    with world.acting("owner") as env, pytest.raises(ValidationFailed) as refused:
        env.get(Product, machine.id).build(code=code)
    assert words in [text.translate("en") for text in refused.value.problems["code"]]


def test_the_page_says_what_it_costs(world: World, machine: Product) -> None:
    from addons.crm_product.pages import configurator

    with world.acting("owner") as env:
        values = _of(env, "L")
        shown = configurator(env, {"product": str(machine.id), "check": "1", "o1": str(values)})
        assert (shown["price"], shown["code"], shown["problems"]) == (1400, "L", {})
        empty = configurator(env, {"product": str(machine.id), "check": "1"})
        assert [[text.translate("en") for text in texts] for texts in empty["problems"].values()] == [
            ["CPU has to be chosen."]
        ]


def _of(env: Env, code: str) -> Any:
    return next(one.id for one in env.search(ConfigValue) if one.code == code)
