"""The search of all kinds of records at once finds what the search of each kind finds."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from core.orm.searching_all import first_hits
from core.testing.world import World

MODELS = ("toy_shop.tag", "toy_shop.client", "toy_shop.purchase")


@pytest.fixture
def filled(world: World) -> World:
    """Names in Latin and Chinese letters; far more tags begin with the letters that clients are asked for."""
    env = world.admin
    env.create_many("toy_shop.tag", [{"name": f"Mill {n:03}"} for n in range(450)])
    env.create_many("toy_shop.tag", [{"name": "吴梦瑶"}, {"name": "Old wind-mill"}])
    env.create_many("toy_shop.client", [{"name": "Mill Ltd"}, {"name": "吴梦瑶"}, {"name": "M. Ill"}])
    return world


def asked(env: Any, text: str, limit: int = 7) -> dict[str, list[tuple[int, str]]]:
    return first_hits(env, [env.info(one) for one in MODELS], text, limit)


@pytest.mark.parametrize(
    "text", ["mill", "m", "wmy", "wu meng", "吴", "old mill", "ill ltd", "nothing at all"]
)
@pytest.mark.parametrize("person", ["admin", "owner", "other"])
def test_it_finds_what_each_search_finds(filled: World, person: str, text: str) -> None:
    env = filled.env(person)
    each = {one: env.complete(one, text, 7) for one in MODELS}
    assert asked(env, text) == {key: hits for key, hits in each.items() if hits}


def test_hits_behind_the_first_candidates_are_found(filled: World) -> None:
    """A hidden field brings candidates that are none; the hit is older than all of them."""
    mine = {"owner": filled.staff.users["owner"]}
    (old,) = filled.admin.create_many("toy_shop.client", [{"name": "Rare bird", **mine}])
    rows = [{"name": f"Client {n}", "hidden": "Rare bird", **mine} for n in range(420)]
    filled.admin.create_many("toy_shop.client", rows)
    assert asked(filled.env("owner"), "rare bird") == {"toy_shop.client": [(old, "Rare bird")]}
    assert len(asked(filled.admin, "rare bird")["toy_shop.client"]) == 7


def test_it_is_one_statement(filled: World) -> None:
    env, seen = filled.admin, list[str]()
    asked(env, "mill")
    event.listen(filled.connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert asked(env, "mill")
    assert len(seen) == 1, seen
