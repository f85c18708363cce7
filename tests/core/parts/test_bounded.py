"""Lists of parts that are seen with their wholes: a short walk, and else along the wholes; the same rows either way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from toy_docs.models import Account, Line, Order

from core.orm import bounded
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.statements import gathered
from core.testing.world import World

LIMIT = 7
ROUNDS = 6


def some_lines(world: World) -> dict[str, list[tuple[int, int, str]]]:
    """Orders of two people in turns, of three lines each: (id, price, name) by owner. The owner's dear ones are old."""
    made: dict[str, list[tuple[int, int, str]]] = {"owner": [], "colleague": []}
    for n in range(ROUNDS):
        for person, lines in made.items():
            with use_env(world.env(person)) as env:
                env.create(Account, name=f"{person} {n % 2}")
                order = env.create(Order, title=f"{person} {n}")
                for name in (0, 1, 1):
                    price = 10 if person == "colleague" or n < 2 else 1
                    line = env.create(Line, name=f"{person} {name}", order=order, price=Decimal(price))
                    lines.append((line.id, price, line.name))
    return made


def all_pages(env: Env, where: Any, order: str) -> list[int]:
    """The ids of a list, page by page."""
    found: list[int] = []
    after: str | None = None
    while True:
        page = env.page(Line, ["name"], where, order=order, after=after, limit=LIMIT)
        found += [row[0] for row in page.rows]
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("near", [1, 4, LIMIT + 1, 1000])
@pytest.mark.parametrize("order", ["id", "-id", "price", "-price"])
def test_every_page_has_the_rows_that_the_caller_sees(
    world: World, monkeypatch: pytest.MonkeyPatch, near: int, order: str
) -> None:
    monkeypatch.setattr(bounded, "NEAR", near)
    made = some_lines(world)
    by: Callable[[tuple[int, int, str]], Any] = (
        (lambda one: one[0]) if "id" in order else (lambda one: (one[1], one[0]))
    )
    for person, lines in made.items():
        with use_env(world.new_env(person)) as env, gathered(env.session.connection()) as seen:
            env.policy._memory.clear()  # type: ignore[attr-defined]  # statements are kept with the length of the walk
            for least in (0, 5):
                expected = sorted((one for one in lines if one[1] > least), key=by, reverse=order[0] == "-")
                assert all_pages(env, Line.price > least, order) == [one[0] for one in expected]
            assert any("near_" in one for one in seen)


def test_what_a_condition_reads_elsewhere_is_what_the_caller_sees_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of lines that are names of the caller's accounts: those of others say nothing."""
    monkeypatch.setattr(bounded, "NEAR", 4)
    made = some_lines(world)
    with use_env(world.colleague) as env:
        env.create(Account, name="owner 7")
    with use_env(world.owner) as env:
        order = env.create(Order, title="more")
        env.create(Line, name="owner 7", order=order)
        found = all_pages(env, Line.name.in_(select(Account.name)), "-id")
        assert sorted(found) == sorted(one[0] for one in made["owner"])


def test_only_a_list_that_asks_for_more_of_the_callers_own_is_read_in_two_ways(world: World) -> None:
    some_lines(world)
    cheap = Line.price < 5
    for person, where, ways in (("owner", [cheap], 2), ("owner", [], 1), ("admin", [cheap], 1)):
        with use_env(world.env(person)) as env, gathered(env.session.connection()) as seen:
            env.page(Line, ["name"], *where, order="-id", limit=LIMIT)
        page = next(one for one in seen if "AS p " in one)
        assert ("near_" in page) == (ways == 2), f"{person} {len(where)}"


def test_the_walk_ends_and_the_rest_is_looked_up_by_the_wholes(world: World) -> None:
    """The walk has its own limit and asks nothing of orders; beyond it lines are asked for by a list of orders."""
    some_lines(world)
    with use_env(world.owner) as env, gathered(env.session.connection()) as seen:
        env.page(Line, ["name"], Line.price < 5, order="-id", limit=LIMIT)
    page = " ".join(next(one for one in seen if "near_" in one).split())
    walk, _mark, rest = page.partition("seen_ AS materialized")
    assert 'toy_docs."order"' not in walk and walk.rstrip(" ,)").rpartition(" LIMIT ")[1]
    assert "order_id = any(array((SELECT" in rest and "(SELECT count(*)" in rest
