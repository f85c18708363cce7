"""Statements are kept for each shape of their conditions; the values are those of the request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from toy_shop.models import Client, Purchase

from core.auth.access_index import access_index
from core.orm import counting, page_reader
from core.orm.at_once import Sight
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.grams import matches
from core.orm.prepared import WHOLE, by_ids
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.owner):
        yield world.owner


@pytest.fixture
def made(env: Env, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Four clients; gathers which statements are built."""
    for number, name in enumerate("abcd"):
        env.create(Client, name=name, visits=number, born=date(2000 + number, 1, 1))
    built: list[str] = []
    for module, name in (
        (page_reader, "page_statement"),
        (counting, "_counts"),
        (counting, "numbers_at_once"),
    ):
        original: Any = getattr(module, name)

        def note(*given: Any, original: Any = original, name: str = name, **options: Any) -> Any:
            built.append(name)
            return original(*given, **options)

        monkeypatch.setattr(module, name, note)
    yield built


def names(env: Env, *where: Any) -> list[str]:
    return [row[2] for row in env.page(Client, ["name"], *where, order="name").rows]


def test_other_values_use_the_same_statement(env: Env, made: list[str]) -> None:
    for number, name in enumerate("abcd"):
        assert names(env, Client.visits == number) == [name]
    assert made == ["page_statement"]
    for most in (1, 3, 0):
        assert names(env, Client.visits <= most, Client.name != "a") == list("abcd")[1 : most + 1]
    assert made == ["page_statement"] * 2


def test_values_that_are_reached_anyway_have_a_statement_of_their_own(env: Env, made: list[str]) -> None:
    """It does not ask again what their being asked for says."""
    for value, found in [("me", "abcd"), ("0", ""), ("me", "abcd"), ("1000000", "")]:
        assert names(env, env.condition(Client, "owner", "eq", value)) == list(found)
    assert made == ["page_statement"] * 2


@pytest.mark.parametrize(
    ("name", "op", "values"),
    [
        ("visits", "in", [("1", "b"), ("0,2,3", "acd"), ("7", ""), ("0,1", "ab")]),
        ("visits", "between", [("1..2", "bc"), ("0..0", "a"), ("2..9", "cd")]),
        ("name", "contains", [("B", "b"), ("%", ""), ("d", "d")]),
        ("born", "ge", [("2001-01-01", "bcd"), ("2003-01-01", "d")]),
    ],
)
def test_filters_of_each_kind(env: Env, made: list[str], name: str, op: str, values: Any) -> None:
    for value, found in values:
        assert names(env, env.condition(Client, name, op, value)) == list(found), value
    assert made == ["page_statement"]


def test_another_shape_is_another_statement(env: Env, made: list[str]) -> None:
    assert names(env, Client.code == "x") == []
    assert names(env, Client.code.is_(None)) == list("abcd")
    assert names(env, env.condition(Client, "code", "eq", None)) == list("abcd")
    assert names(env, ~Client.visits.in_([0, 1])) == ["c", "d"]


@pytest.mark.parametrize("sees_few", [True, False])
def test_counts_keep_theirs_apart(
    env: Env, made: list[str], monkeypatch: pytest.MonkeyPatch, sees_few: bool
) -> None:
    """One who sees more rows than are looked at together is found out once, and each number is counted apart then."""
    if not sees_few:
        monkeypatch.setattr(Sight, "a_way", 1)
    access_index(env.composition).memories.forget()

    def counted(*least: int) -> list[tuple[int, bool]]:
        return [
            (one.value, one.capped) for one in env.counts(Client, [([Client.visits >= n], 2) for n in least])
        ]

    assert counted(0, 3) == [(2, True), (1, False)]
    assert counted(2, 9) == [(2, False), (0, False)]
    assert counted(3) == [(1, False)]
    assert env.counts(Client, []) == []
    assert made == (["numbers_at_once"] * 2 if sees_few else ["numbers_at_once", "_counts", "_counts"])
    access_index(env.composition).memories.forget()


@pytest.mark.parametrize("words", ["华腾", "腾", "138", "华腾 138", "huateng", "ht", "13812", "teng 138"])
def test_what_a_search_counts_and_adds_up_is_what_it_lists(env: Env, words: str) -> None:
    """Whether the grams of the words tell the hits by themselves, or each candidate is looked at."""
    subjects = [
        "华腾科技 13812345678",
        "腾华 138",
        "北京华腾 1 3 8",
        "华 腾 138",
        "红塔 13 812",
        "HT Group 0138",
        "x13812",
    ]
    env.create_many(Purchase, [{"subject": text, "price": place + 1} for place, text in enumerate(subjects)])
    wanted = sorted(text for text in subjects if matches(words, [text]))
    rows = env.page(Purchase, ["subject", "price"], search=words).rows
    assert sorted(row[2] for row in rows) == wanted
    everything, count = env.counts(Purchase, [([], 99), ([], 99)], sums=["price"], search=words)
    assert (everything.value, count.value, count.capped) == (len(subjects), len(wanted), False)
    assert count.sums == (sum(row[3] for row in rows),)
    assert env.count(Purchase, search=words).value == len(wanted)
    groups = env.group(Purchase, [], [("sum", "price")], search=words)
    assert (groups[0].count, groups[0].values) == (count.value, count.sums)
    (capped,) = env.counts(Purchase, [([], 1)], sums=["price"], search=words)
    assert (capped.value, capped.capped) == (1, len(wanted) > 1)
    assert capped.sums == (() if capped.capped else count.sums)


def test_grams_of_a_hidden_field_are_no_hit(env: Env, world: World) -> None:
    """Two Chinese characters are a gram: for who may not read all that is searched, candidates are looked at still."""
    env.create(Client, name="plain")
    with use_env(world.admin):
        world.admin.write(world.admin.first(Client, Client.name == "plain"), hidden="华腾")
        assert world.admin.count(Client, search="华腾").value == 1
    assert env.count(Client, search="华腾").value == 0
    assert not env.page(Client, ["name"], search="华腾").rows
    assert env.counts(Client, [([], 9)], search="华腾")[0].value == 0


def test_conditions_with_subqueries_are_bound_each_time(env: Env, world: World, made: list[str]) -> None:
    """Their rows are those that the caller may see, not those of whoever asked first."""
    with use_env(world.colleague):
        world.colleague.create(Purchase, subject="a")
    inside = Client.name.in_(select(Purchase.subject))
    assert names(env, inside) == []
    env.create(Purchase, subject="b")
    assert names(env, inside) == ["b"]
    assert made == ["page_statement"] * 2


def test_each_caller_has_the_own_rows(env: Env, world: World, made: list[str]) -> None:
    assert names(env, Client.visits >= 0) == list("abcd")
    with use_env(world.colleague):
        assert names(world.colleague, Client.visits >= 0) == []
    with use_env(world.other):
        assert "a" not in names(world.other, Client.visits >= 0)
    assert names(env, Client.visits >= 1) == list("bcd")


def test_ids_are_parameters_only_where_none_decides_how_rows_are_reached(
    world: World, env: Env, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best way to the rows of an owner who has three is the worst for one who has all."""
    prepared: list[Any] = []
    original: Any = page_reader.read_kept

    def note(*given: Any) -> Any:
        prepared.append(given[-1])
        return original(*given)

    monkeypatch.setattr(page_reader, "read_kept", note)
    with use_env(world.admin) as chief:
        everything = [(), (Client.born >= date(2002, 1, 1),), (Client.name != "a", Client.code.is_(None))]
        assert [names(chief, *where)[-1:] for where in everything] == [["d"]] * 3
        assert prepared == [by_ids()] * 3
        prepared.clear()
        by_person = [Client.owner == env.user_id, Client.upper == 7, Client.owner.in_([env.user_id])]
        assert [names(chief, where)[-1:] for where in by_person] == [["d"], [], ["d"]]
        assert prepared == [WHOLE] * 3
    prepared.clear()
    with use_env(env):
        assert names(env) == list("abcd")
    assert prepared == [WHOLE], "who sees some rows sees them as their owner, or the like"
