"""What every priced document gets from the mixins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from toy_slips.models import Slip, SlipLine

from addons.crm_product.models import Product, Tax, Unit
from addons.crm_product.services.proposing import propose_lines
from core.api import Env, ValidationFailed
from core.testing.world import World


def article(env: Env, **values: Any) -> Product:
    unit = env.first(Unit)
    tax = env.first(Tax, Tax.rate == 13)
    return env.create(
        Product, **{"name": "Server", "unit": unit, "tax": tax, "list_price": Decimal("99.99"), **values}
    )


def line(env: Env, slip: Slip, product: Product, **values: Any) -> SlipLine:
    given = {"unit": product.unit_id, "tax": product.tax_id, "unit_price": product.list_price, **values}
    return env.create(SlipLine, document=slip, product=product, **given)


def test_a_line_is_taxed_and_rounded(world: World) -> None:
    with world.acting("director") as env:
        product = article(env)
        slip = env.create(Slip, title="One", prices_include_tax=False)
        made = line(env, slip, product, quantity=3, discount=10)
        assert (made.net, made.tax_amount, made.gross) == (
            Decimal("269.97"),
            Decimal("35.10"),
            Decimal("305.07"),
        )


def test_lines_follow_their_document(world: World) -> None:
    with world.acting("director") as env:
        product = article(env)
        slip = env.create(Slip, title="One")
        made = line(env, slip, product)
        assert (made.gross, made.net) == (Decimal("99.99"), Decimal("88.49"))
        env.write(slip, discount=50, currency="JPY", exchange_rate=Decimal("0.05"))
        env.flush()
        again = env.get(SlipLine, made.id)
        assert (again.gross, again.net, again.currency) == (Decimal(50), Decimal(44), "JPY")


def test_a_document_adds_up_to_what_its_lines_show(world: World) -> None:
    with world.acting("director") as env:
        product = article(env, list_price=Decimal("0.05"))
        slip = env.create(Slip, title="One", discount=10, currency="USD", exchange_rate=Decimal("7.1234"))
        lines = [line(env, slip, product, quantity=n) for n in (1, 2, 3)]
        again = env.get(Slip, slip.id)
        assert again.total == sum(one.gross for one in lines) == Decimal("0.28")
        assert again.net == sum(one.net for one in lines)
        assert again.tax == sum(one.tax_amount for one in lines)
        assert again.company_total == Decimal("1.99")
        env.delete(lines[0])
        env.flush()
        assert env.get(Slip, slip.id).total == Decimal("0.23")


@pytest.mark.parametrize(("values", "field", "words"), [
    ({"quantity": 0}, "quantity", "greater than zero"),
    ({"quantity": Decimal("1.5")}, "quantity", "Piece has 0 decimals at most."),
    ({"unit": "Hour"}, "unit", "Hour does not fit the product, which is counted in Piece."),
])  # fmt: skip
def test_lines_fit_their_product(world: World, values: dict[str, Any], field: str, words: str) -> None:
    with world.acting("director") as env:
        product = article(env)
        if "unit" in values:
            values = {"unit": next(one for one in env.search(Unit) if one.name["en"] == values["unit"])}
        slip = env.create(Slip, title="One")
        with pytest.raises(ValidationFailed) as refused:
            line(env, slip, product, **values)
        assert words in refused.value.problems[field][0].translate("en")


def test_lines_begin_with_what_is_known_of_the_product(world: World) -> None:
    with world.acting("director") as env:
        product = article(env)
        rows: list[dict[str, Any]] = [
            {"product": product.id, "quantity": 2}, {"product": product, "unit_price": 5}, {"quantity": 1},
        ]  # fmt: skip
        propose_lines(env, rows, customer=None, currency="CNY", day=env.today, tax_included=False)
        assert rows[0]["unit_price"] == Decimal("88.4867")
        assert str(rows[0]["price_reason"]) == "List price of the product"
        assert (rows[0]["unit"], rows[0]["tax"]) == (product.unit_id, product.tax_id)
        assert (rows[1]["unit_price"], rows[1]["unit"]) == (5, product.unit_id)
        assert rows[2] == {"quantity": 1}


def test_a_document_keeps_the_rate_of_its_day(world: World) -> None:
    with world.system("North") as env:
        env.create("base.currency_rate", currency="USD", valid_from=env.today, rate=Decimal("7.1"))
    with world.acting("director") as env:
        slip = env.create(Slip, title="One", currency="USD")
        assert slip.exchange_rate == Decimal("7.1")
        line(env, slip, article(env), quantity=1, unit_price=10)
        assert env.get(Slip, slip.id).company_total == 71
        env.write(slip, currency="CNY")
        env.flush()
        assert env.get(Slip, slip.id).exchange_rate == 1
        with pytest.raises(ValidationFailed) as refused:
            env.create(Slip, title="Two", currency="KWD")
        assert "currency" in refused.value.problems
