"""The comparison of ways notices a way that forgets the policy: each is broken once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from core.auth.access_index import access_index
from core.errors import AccessDenied
from core.orm.env import Env
from core.testing.conformance import Population, behind_the_wall, disagreements, leaking_history
from core.testing.factories import Factory
from core.testing.people import NORTH, SOUTH
from core.testing.promises import broken_promises
from core.testing.world import World

ARTICLE = "toy_wares.article"


@pytest.fixture
def population(world: World) -> Population:
    made = {}
    for company in (NORTH, SOUTH):
        with world.system(company) as env:
            factory = Factory(env)
            made[company] = frozenset(factory.make(ARTICLE).id for _n in range(2))
    return Population(world.composition.models[ARTICLE], made[NORTH], frozenset(), made[SOUTH])


def everything(env: Env, info: Any, cls: Any, action: str = "read", *, binned: bool = False) -> list[Any]:
    return [cls.id.is_not(None)]


def test_nothing_is_said_while_all_is_well(world: World, population: Population) -> None:
    for person in ("owner", "stranger"):
        assert list(disagreements(world.env(person), population)) == []
        assert list(broken_promises(world.env(person), population, {"name": "New"})) == []
        assert list(leaking_history(world.env(person), population)) == []
        assert behind_the_wall(world.env(person), population) == frozenset()


@pytest.fixture
def nothing_kept(world: World) -> Iterator[None]:
    """What was built before the mistake, or with it, is not used."""
    memories = access_index(world.owner.composition).memories
    memories.forget()
    yield
    memories.forget()


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("place", "broken", "way"),
    [
        ("core.orm.counting.gathered_criteria", everything, "count says 2 where get gives 0"),
        ("core.orm.grouping.gathered_criteria", everything, "group says 2 where get gives 0"),
        ("core.orm.page_reader.row_criteria", everything, "page shows"),
        ("core.orm.session.criteria_options", lambda env, models: [], "scalars shows"),
    ],
)
def test_a_way_that_forgets_the_policy_is_named(
    world: World, population: Population, monkeypatch: pytest.MonkeyPatch, place: str, broken: Any, way: str
) -> None:
    monkeypatch.setattr(place, broken)
    found = list(disagreements(world.stranger, population))
    assert any(way in text for text in found), found


def test_a_deed_without_the_right_is_named(
    world: World, population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Env, "can", lambda self, action, target: True)
    found = list(broken_promises(world.stranger, population, {"name": "New"}))
    assert any("can(update) is True, and yet it was refused" in text for text in found), found


def test_an_open_wall_is_named(world: World, population: Population) -> None:
    with world.system(SOUTH) as env:
        assert behind_the_wall(env, population) == population.foreign


def test_a_hidden_value_in_the_history_is_named(
    world: World, population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = SimpleNamespace(changes={"name": {}, "id": {}})
    monkeypatch.setattr("core.testing.conformance.entries_of", lambda env, info, key: [told])
    monkeypatch.setattr(type(world.owner.policy), "readable", lambda self, info: frozenset({"id"}))
    found = list(leaking_history(world.owner, population))
    assert len([text for text in found if text.endswith("the history tells name")]) == 2
    assert len([text for text in found if "another company" in text]) == 2


def test_strangers_are_refused_and_not_silently_served(world: World, population: Population) -> None:
    with pytest.raises(AccessDenied):
        world.stranger.create(ARTICLE, name="Hat")
