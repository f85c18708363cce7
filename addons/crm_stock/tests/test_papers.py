"""Stock documents: posting, moving average cost, reversing, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_stock.models import Movement, StockIn, StockOut
from addons.crm_stock.services.differences import differences
from addons.crm_stock.services.papers import make_and_post
from addons.crm_stock.services.reserving import Claim, release, reserve
from addons.crm_stock.tests.conftest import balances, bring, goods, level, main, paper, piece, take
from core.api import StateForbids, ValidationFailed, attempt
from core.testing.world import World, use_env


@pytest.fixture
def env(crew: World) -> Any:
    with crew.system("North") as found, use_env(found):
        yield found
        found.flush()
        assert list(differences(found)) == []


def D(text: str | int) -> Decimal:
    return Decimal(text)


def test_posting_raises_stock_at_moving_average_cost(env: Any) -> None:
    server = goods(env)
    bring(env, (server, 10, 100))
    bring(env, (server, 10, 200))
    assert balances(env, server) == (20, 0, 3000)
    assert level(env, server).average_cost == 150
    out = take(env, (server, 5))
    assert balances(env, server) == (15, 0, 2250)
    entries = env.search(Movement, order="id")
    assert [(one.quantity, one.balance, one.value, one.value_balance, one.unit_cost) for one in entries] == [
        (10, 10, 1000, 1000, 100), (10, 20, 2000, 3000, 200), (-5, 15, -750, 2250, 150),
    ]  # fmt: skip
    assert out.state.code == "posted" and out.posted_at == env.now
    assert [one.document for one in entries][-1] == out.number


def test_values_leave_nothing_behind_when_all_is_gone(env: Any) -> None:
    server = goods(env)
    bring(env, (server, 3, D("33.3333")))
    for _turn in range(3):
        take(env, (server, 1))
    assert balances(env, server) == (0, 0, 0)
    bring(env, (server, 7, D("0.0001")), (server, 3, D("9.9999")))
    take(env, (server, 9))
    take(env, (server, 1))
    assert balances(env, server) == (0, 0, 0)


def test_nothing_is_posted_where_one_line_lacks_goods(env: Any) -> None:
    server, cable = goods(env), goods(env, "Cable")
    bring(env, (server, 10, 1), (cable, 2, 1))
    out = paper(env, StockOut, (server, 4), (cable, 3), (server, 7))
    with pytest.raises(ValidationFailed) as refused:
        out.post()
    assert {
        name: [text.translate("en") for text in texts] for name, texts in refused.value.problems.items()
    } == {
        "lines.1.quantity": ["“Cable” in Main warehouse: 3 wanted, 2 available."],
        "lines.2.quantity": ["“Server” in Main warehouse: 7 wanted, 6 available."],
    }
    assert str(refused.value.message.translate("en")).endswith("Nor are there goods for 1 more lines.")
    env.session.expire_all()
    assert balances(env, server)[0] == 10 and balances(env, cable)[0] == 2
    assert env.get(StockOut, out.id).state.code == "draft"


def test_what_is_reserved_is_not_taken_by_others(env: Any) -> None:
    server = goods(env)
    bring(env, (server, 10, 1))
    assert reserve(env, [Claim(server.id, main(env).id, D(8), ("test", 1), "Order 1")]) == [8]
    with pytest.raises(ValidationFailed, match="3 wanted, 2 available"):
        take(env, (server, 3))
    env.session.expire_all()
    take(env, (server, 2))
    release(env, {("test", 1): None})
    take(env, (server, 8))
    assert balances(env, server) == (0, 0, 0)


def test_a_warehouse_may_allow_negative_stock(env: Any) -> None:
    server, warehouse = goods(env), main(env)
    env.write(warehouse, allows_negative=True)
    bring(env, (server, 2, 10))
    take(env, (server, 5))
    assert balances(env, server) == (-3, 0, -30)
    bring(env, (server, 4, 12))
    assert balances(env, server) == (1, 0, 12)
    last = env.first(Movement, order="-id")
    assert (last.value, last.variance) == (42, 6)


def test_a_reverse_document_takes_back_what_was_posted(env: Any) -> None:
    server = goods(env)
    first, second = bring(env, (server, 10, 10)), bring(env, (server, 10, 20))
    second.reverse(reason="Counted twice")
    assert balances(env, server) == (10, 0, 100)
    contrary = env.first(StockIn, StockIn.reverses == second.id)
    assert (second.state.code, contrary.state.code, contrary.remarks) == (
        "reversed",
        "posted",
        "Counted twice",
    )
    assert [line.quantity for line in contrary.lines] == [-10]
    out = take(env, (server, 4))
    with pytest.raises(ValidationFailed, match="10 wanted, 6 available"):
        first.reverse(reason="Never came")
    out.reverse(reason="Came back")
    first.reverse(reason="Never came")
    assert balances(env, server) == (0, 0, 0)


def test_the_reverse_of_a_reversal_and_of_a_draft_is_refused(env: Any, crew: World) -> None:
    server = goods(env)
    first = bring(env, (server, 10, 10))
    first.reverse(reason="x")
    env.flush()
    keeper = crew.new_env("keeper")
    with use_env(keeper):
        contrary = keeper.first(StockIn, StockIn.reverses == first.id)
        assert contrary is not None
        assert "reverse" not in {one.name for one in keeper.allowed_methods(contrary)}
        with pytest.raises(StateForbids, match="itself takes another document back"), attempt(keeper):
            contrary.reverse(reason="and back again")
        with pytest.raises(StateForbids):
            keeper.get(StockIn, first.id).reverse(reason="again")


def test_lines_in_other_units_are_posted_in_the_products_own(env: Any) -> None:
    from addons.crm_product.models import Unit

    dozen = next(one for one in env.search(Unit, limit=50) if one.name["en"] == "Dozen")
    server = goods(env)
    made = paper(env, StockIn, (server, 2, 120))
    env.write(made.lines[0], unit=dozen)
    made.post()
    assert balances(env, server) == (24, 0, 240)
    assert made.lines[0].posted_quantity == 24 and made.lines[0].posted_value == 240


@pytest.mark.parametrize(("quantity", "kind", "text"), [
    (0, "goods", "more than zero"), (-1, "goods", "more than zero"), ("1.5", "goods", "at most 0 decimals"),
    (1, "service", "not kept in stock"),
])  # fmt: skip
def test_lines_that_make_no_sense_are_refused(env: Any, quantity: Any, kind: str, text: str) -> None:
    product = goods(env, kind=kind)
    with pytest.raises(ValidationFailed, match=text):
        bring(env, (product, quantity, 1))
    env.session.expire_all()


def test_an_empty_document_is_refused(env: Any) -> None:
    with pytest.raises(ValidationFailed, match="no lines"):
        paper(env, StockIn).post()
    env.session.expire_all()


def test_a_posted_document_stays_as_it_is(env: Any, crew: World) -> None:
    server = goods(env)
    made = bring(env, (server, 1, 1))
    env.flush()
    keeper = crew.new_env("keeper")
    with use_env(keeper):
        found = keeper.get(StockIn, made.id)
        with pytest.raises(StateForbids):
            keeper.delete(found)
    assert piece(env).name["en"] == "Piece"


def test_movements_name_the_final_numbers_of_their_documents(env: Any) -> None:
    for model in ("crm_stock.stock_in", "crm_stock.stock_out"):
        rule = env.first("base.numbering", env.condition("base.numbering", "sequence", "eq", model))
        env.write(rule, without_gaps=True)
    server, month = goods(env), f"{env.today:%Y%m}"
    lost, came = paper(env, StockIn, (server, 1, 1)), paper(env, StockIn, (server, 10, 100))
    assert [lost.number, came.number] == ["*IN-0001", "*IN-0002"]
    env.delete(lost)
    came.post()
    [made] = make_and_post(
        env,
        StockOut,
        [{"warehouse": main(env).id, "reason": "other_out"}],
        [[{"product": server, "quantity": 4}]],
    )
    made.reverse(reason="Not wanted")
    [back] = env.search(StockOut, StockOut.reverses == made.id)
    assert [one.number for one in (came, made, back)] == [
        f"IN{month}0001",
        f"OUT{month}0001",
        f"OUT{month}0002",
    ]
    assert back.source == made.number
    entries = env.search(Movement, order="id")
    assert [one.document for one in entries] == [came.number, made.number, back.number]
