"""Orders of many processes at the same goods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from addons.crm_sales.models import Delivery, Order
from addons.crm_sales_stock.tests.conftest import draft, goods, lines_of
from addons.crm_stock.models import Level, StockOut
from addons.crm_stock.services.differences import differences
from core.api import Env
from core.testing.processes import Deployment
from core.testing.team import give


@pytest.fixture
def company(deployment: Deployment) -> Iterator[Deployment]:
    """Where a general manager works in several processes."""
    deployment.run(lambda env: give(env, deployment.staff.users["owner"], "crm_base.general_manager"))
    yield deployment
    assert deployment.run(lambda env: list(differences(env))) == []


def balances(env: Env) -> tuple[Any, Any]:
    level = env.first(Level)
    assert level is not None
    return level.on_hand, level.reserved


def test_fifty_confirmations_for_the_last_ten_pieces_reserve_ten(company: Deployment) -> None:
    def prepare(env: Env) -> list[int]:
        server = goods(env, pieces=10)
        return [draft(env, (server, 1)).id for _number in range(50)]

    orders = company.run(prepare)

    def confirmer(key: int) -> Any:
        def work(env: Env) -> str:
            order = env.get(Order, key)
            order.confirm()
            return str(env.value_of(lines_of(env, order)[0], "preparation"))

        return work

    assert Counter(company.race(*map(confirmer, orders))) == {"reserved": 10, "short": 40}
    assert company.run(balances) == (10, 10)


def test_cancel_and_deliver_at_once_have_one_winner(company: Deployment) -> None:
    def prepare(env: Env) -> tuple[int, int]:
        server = goods(env, pieces=10)
        order = draft(env, (server, 6))
        order.confirm()
        return order.id, order.deliver().id

    for _turn in range(4):
        key, delivery = company.run(prepare)

        def cancel(env: Env, key: int = key) -> str:
            env.get(Order, key).cancel(reason="No need")
            return "cancelled"

        def deliver(env: Env, delivery: int = delivery) -> str:
            env.get(Delivery, delivery).post()
            return "shipped"

        answers = company.race(cancel, deliver)
        won = [one for one in answers if one in ("cancelled", "shipped")]
        lost = [one for one in answers if one not in ("cancelled", "shipped")]
        assert len(won) == 1 and lost[0].startswith("refused: ") and "state" in lost[0], answers

        def after(env: Env, key: int = key, won: str = won[0]) -> None:
            order = env.get(Order, key)
            papers = env.count(StockOut, StockOut.source.is_not(None)).value
            assert (order.state.code == "cancelled") == (won == "cancelled")
            assert papers >= (won == "shipped")
            level = env.first(Level, Level.product == lines_of(env, order)[0].product_id)
            assert (level.on_hand, level.reserved) == ((10, 0) if won == "cancelled" else (4, 0))

        company.run(after)


def test_two_orders_of_the_same_goods_in_contrary_order_are_both_confirmed(company: Deployment) -> None:
    def prepare(env: Env) -> list[int]:
        found = [goods(env, f"Goods {number}", 100) for number in range(6)]
        return [
            draft(env, *((one, 3) for one in (found if number % 2 else reversed(found)))).id
            for number in range(8)
        ]

    orders = company.run(prepare)

    def confirmer(key: int) -> Any:
        def work(env: Env) -> str:
            env.get(Order, key).confirm()
            return "confirmed"

        return work

    assert company.race(*map(confirmer, orders)) == ["confirmed"] * 8
    assert company.run(lambda env: {one.reserved for one in env.search(Level)}) == {24}
