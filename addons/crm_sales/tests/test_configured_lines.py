"""PROD-08 on the lines of quotes and orders: chosen, priced by the server, kept in words, copied as agreed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_product.models import ConfigOption, ConfigRule, ConfigValue, PriceItem, PriceList, Product
from addons.crm_product.services.picking import options_of_lines
from addons.crm_sales.models import Order, OrderLine, Quote, QuoteLine
from addons.crm_sales.tests.conftest import customer, product
from core.api import Env, ValidationFailed
from core.testing.team import acting
from core.testing.world import World


@pytest.fixture
def machine(crew: World) -> Any:
    """A server for 1,000 whose rails need the large processor; key accounts pay ten percent less."""
    made = product(crew, "Server", list_price=Decimal(1000))
    with crew.system("North") as env:
        cpu = env.create(ConfigOption, name={"en": "CPU", "zh_CN": "处理器"}, product=made, sequence=10)
        rack = env.create(ConfigOption, name="Rack", product=made, is_required=False, sequence=20)
        small, large = (
            env.create(ConfigValue, option=cpu, name=name, code=code, surcharge=more, is_default=not more)
            for name, code, more in (("Small", "S", 0), ({"en": "Large", "zh_CN": "大"}, "L", 400))
        )
        rails = env.create(ConfigValue, option=rack, name="Rails", code="R", surcharge=50)
        env.create(ConfigRule, product=made, value=rails, kind="require", other=large)
        env.create(ConfigRule, product=made, value=rails, kind="exclude", other=small)
        off = env.create(PriceList, name="Ten off", currency="CNY")
        env.create(PriceItem, price_list=off, product=made, discount=10)
    return made


def quoted(env: Env, goods: Any, **line: Any) -> tuple[Any, Any]:
    """A quote with one line, and the line."""
    made = env.create(Quote, customer=customer(env), lines=[{"product": goods.id, "quantity": 2, **line}])
    (found,) = env.search(QuoteLine, QuoteLine.document == made)
    return made, found


def refused(call: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationFailed) as caught:
        call()
    return {name: [text.translate("en") for text in texts] for name, texts in caught.value.problems.items()}


def test_a_line_has_the_price_and_the_words_of_its_options(crew: World, machine: Any) -> None:
    with acting(crew, "owner") as env:
        _made, line = quoted(env, machine, configuration="r-l")
        assert (line.configuration, line.unit_price, line.gross) == ("L-R", 1305, 2610)
        assert line.chosen == {"en": "CPU: Large; Rack: Rails", "zh_CN": "处理器: 大; Rack: Rails"}
        assert "options: +450" in str(line.price_reason)
        _other, plain = quoted(env, machine)
        assert (plain.configuration, plain.unit_price) == ("S", 900), "what is proposed is chosen"
        env.write(plain, configuration="L")
        env.flush()
        assert (plain.unit_price, plain.chosen["en"]) == (1260, "CPU: Large")


@pytest.mark.parametrize(("values", "problems"), [
    ({"configuration": "S-R"}, {"lines.0.configuration": ["R"]}),
    ({"configuration": "R"}, {"lines.0.configuration": ["CPU has to be chosen."]}),
    ({"configuration": "X"}, {"lines.0.configuration": ["X is not a short code of this product."]}),
    ({"configuration": "L", "unit_price": 1}, {"lines.0.unit_price": ["These options cost 1,260."]}),
])  # fmt: skip
def test_what_a_form_claims_is_checked(
    crew: World, machine: Any, values: dict[str, Any], problems: dict[str, list[str]]
) -> None:
    with acting(crew, "owner") as env:
        found = refused(lambda: quoted(env, machine, **values))
    assert found.keys() == problems.keys()
    for name, texts in problems.items():
        assert all(any(text in said for said in found[name]) for text in texts), found


def test_a_price_is_no_mans_word_afterwards(crew: World, machine: Any) -> None:
    with acting(crew, "owner") as env:
        made, line = quoted(env, machine, configuration="L")
        found = refused(lambda: env.write(made, lines=[{"id": line.id, "unit_price": Decimal(5)}]))
        assert list(found) == ["lines.0.unit_price"]
    with acting(crew, "owner") as env:
        env.write(env.get(QuoteLine, line.id), product=product(crew, "Cable"))
        env.flush()
        again = env.get(QuoteLine, line.id)
        assert (again.configuration, again.chosen) == (None, None), "another product has other options"


def test_what_was_agreed_outlives_the_options(crew: World, machine: Any) -> None:
    with acting(crew, "owner") as env:
        made, line = quoted(env, machine, configuration="L-R")
        env.run(Quote.mark_sent, [made])
    with crew.system("North") as env:
        env.write(env.get(Product, machine.id), list_price=Decimal(5000))
        env.delete(env.search(ConfigValue, ConfigValue.code == "R"))
    with acting(crew, "owner") as env:
        second = env.get(Quote, made.id).new_version()
        (kept,) = env.search(QuoteLine, QuoteLine.document == second)
        assert (kept.configuration, kept.unit_price, kept.chosen) == ("L-R", 1305, line.chosen)
        env.write(kept, description="With cables")
        env.flush()
        (shown,) = options_of_lines(env, {}, [_row(kept)], [None])
        assert (shown.value, [pick.problems for pick in shown.picks]) == ("L-R", [(), ()])
        second.accept()
        order = env.get(Quote, second.id).make_order()
        (ordered,) = env.search(OrderLine, OrderLine.document == order)
        assert (ordered.unit_price, ordered.chosen) == (1305, line.chosen)
        assert env.get(Order, order.id).copy_as_new().total == order.total


def test_the_configurator_says_what_goes_together(crew: World, machine: Any) -> None:
    with acting(crew, "owner") as env:
        (first,) = options_of_lines(env, {}, [{"product": machine.id}], [None])
        cpu, rack = first.picks
        assert (first.value, [label for _key, label in cpu.choices]) == ("S", ["Small", "Large (+CN¥400.00)"])
        row = {"product": machine.id, "configuration": "S"}
        (wrong,) = options_of_lines(env, {}, [row], [{cpu.key: cpu.chosen, rack.key: rack.choices[0][0]}])
        told = [text.translate("en") for pick in wrong.picks for text in pick.problems]
        assert told == ["Rails requires Large.", "Rails excludes Small."]
        (other,) = options_of_lines(env, {}, [{"product": product(crew, "Cable").id}], [None])
        assert not other.picks


def _row(line: Any) -> dict[str, Any]:
    return {
        "id": line.id, "product": line.product_id, "configuration": line.configuration, "chosen": line.chosen,
    }  # fmt: skip
