"""Many processes at the same goods: nothing is promised or shipped twice, and nobody waits for ever."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_stock.models import Level, Movement, Reservation, StockIn, StockOut
from addons.crm_stock.services.differences import differences
from addons.crm_stock.services.reserving import Claim, release, reserve
from addons.crm_stock.tests.conftest import goods, level, main, paper
from core.api import Env
from core.testing.processes import Deployment


@pytest.fixture
def deployment(deployment: Deployment) -> Iterator[Deployment]:
    yield deployment
    assert deployment.run(lambda env: list(differences(env))) == []


def stocked(env: Env, *pieces: int) -> tuple[int, list[int]]:
    """The main warehouse, and products of which there are so many."""
    products = [goods(env, f"Goods {place}") for place in range(len(pieces))]
    made = paper(env, StockIn, *((one, many, 1) for one, many in zip(products, pieces, strict=True) if many))
    made.post()
    env.write(main(env), name="Main warehouse")
    return main(env).id, [one.id for one in products]


def test_fifty_want_the_last_ten_pieces(deployment: Deployment) -> None:
    warehouse, (product,) = deployment.run(lambda env: stocked(env, 10))

    def buyer(number: int) -> Any:
        claim = Claim(product, warehouse, Decimal(1), ("test", number), f"Buyer {number}")
        return lambda env: reserve(env, [claim])

    answers = deployment.race(*map(buyer, range(50)))
    told = Counter("got it" if answer == [Decimal(1)] else answer for answer in answers)
    assert told == {
        "got it": 10, "refused: “Goods 0” in Main warehouse: 1 wanted, 0 available.": 40,
    }  # fmt: skip

    def after(env: Env) -> tuple[Any, ...]:
        found = level(env, goods_of(env, product))
        return found.on_hand, found.reserved, env.count(Reservation).value

    assert deployment.run(after) == (10, 10, 10)


def goods_of(env: Env, product: int) -> Any:
    from addons.crm_product.models import Product

    return env.get(Product, product)


def test_contrary_order_does_not_stop_anybody(deployment: Deployment) -> None:
    warehouse, products = deployment.run(lambda env: stocked(env, *[100] * 8))

    def buyer(number: int) -> Any:
        order = list(products)
        random.Random(number).shuffle(order)
        claims = [Claim(one, warehouse, Decimal(2), ("test", number), "x") for one in order[: 4 + number % 5]]

        def work(env: Env) -> int:
            reserve(env, claims)
            return len(claims)

        return work

    answers = deployment.race(*map(buyer, range(16)))
    assert answers == [4 + number % 5 for number in range(16)]
    total = deployment.run(lambda env: sum(one.reserved for one in env.search(Level, limit=100)))
    assert total == 2 * sum(answers)


def test_levels_that_were_never_there_are_made_once(deployment: Deployment) -> None:
    """The first goods of twelve products arrive by eight documents at once, in any order of lines."""
    warehouse, products = deployment.run(lambda env: stocked(env, 1, *[0] * 12))

    def bringer(number: int) -> Any:
        order = random.Random(number).sample(products, len(products))

        def work(env: Env) -> bool:
            from addons.crm_stock.services.papers import make_and_post

            head = {"warehouse": warehouse, "reason": "other_in"}
            make_and_post(env, StockIn, [head], [[{"product": one, "quantity": 1} for one in order]])
            return True

        return work

    assert deployment.race(*map(bringer, range(8))) == [True] * 8

    def after(env: Env) -> tuple[int, set[Any]]:
        found = env.search(Level, limit=100)
        return len(found), {one.on_hand for one in found}

    assert deployment.run(after) == (13, {Decimal(8), Decimal(9)})


def test_time_in_the_ledger_follows_the_balance(deployment: Deployment) -> None:
    """Whichever document waited for which: entries of a level, in the order of their times, add up step by step."""
    warehouse, (product,) = deployment.run(lambda env: stocked(env, 500))

    def mover(number: int) -> Any:
        def work(env: Env) -> bool:
            from addons.crm_stock.services.papers import make_and_post

            model, reason = ((StockIn, "other_in"), (StockOut, "other_out"))[number % 2]
            head, line = (
                {"warehouse": warehouse, "reason": reason},
                {"product": product, "quantity": number + 1},
            )
            make_and_post(env, model, [head], [[line]])
            return True

        return work

    assert deployment.race(*map(mover, range(20))) == [True] * 20

    def after(env: Env) -> None:
        entries = sorted(env.search(Movement, limit=100), key=lambda one: (one.posted_at, one.id))
        balance = Decimal(0)
        for one in entries:
            balance += one.quantity
            assert one.balance == balance
        assert [one.id for one in entries] == sorted(one.id for one in entries)

    deployment.run(after)


def test_the_same_goods_are_released_once(deployment: Deployment) -> None:
    """Two who cancel the same order at once, and one who takes more for it: nothing is given back twice."""
    warehouse, (product,) = deployment.run(lambda env: stocked(env, 10))
    claim = Claim(product, warehouse, Decimal(6), ("test", 1), "x")
    deployment.run(lambda env: reserve(env, [claim]))

    def cancel(env: Env) -> bool:
        release(env, {("test", 1): None})
        return True

    def other(env: Env) -> list[Decimal]:
        return reserve(env, [Claim(product, warehouse, Decimal(4), ("test", 2), "y")])

    assert deployment.race(cancel, other, cancel) == [True, [Decimal(4)], True]
    found = deployment.run(lambda env: level(env, goods_of(env, product)))
    assert found.reserved == 4
