"""The people that addons' tests act as are apart from each other, and leave nothing behind."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.errors import AccessDenied, NotFound
from core.testing.database import ScratchDatabase
from core.testing.world import World


def names(world: World, person: str) -> set[str]:
    return {article.name for article in world.env(person).search("toy_wares.article")}


def test_everybody_is_where_they_belong(world: World) -> None:
    users = world.staff.users
    assert world.superior.direct_reports == tuple(sorted((users["owner"], users["colleague"])))
    assert world.director.direct_reports == (users["superior"],)
    assert set(world.director.reports) == {users["superior"], users["owner"], users["colleague"]}
    assert world.owner.company_id == world.company("North") != world.other.company_id
    assert "base.admin" in world.admin.roles
    assert world.stranger.roles == {"base.user"}
    assert world.owner.addons == {"base", "toy_wares", "toy_points"}
    assert world.owner is world.owner


def test_companies_came_with_numbering_and_seeds(world: World) -> None:
    with world.system("North") as env:
        assert {rule.sequence for rule in env.search("base.numbering")} >= {
            "base.department",
            "toy_wares.article",
        }
        assert [article.code for article in env.search("toy_wares.article")] == ["A0001"]


def test_envs_take_turns_in_one_transaction(world: World) -> None:
    owner, other = world.owner, world.other
    assert names(world, "owner") == names(world, "other") == {"Bag"}
    with world.system("South") as env:
        env.create("toy_wares.article", name="Southern hat")
    assert names(world, "other") == {"Bag", "Southern hat"}
    assert names(world, "owner") == {"Bag"}
    assert owner.count("toy_wares.article").value == 1
    assert other.count("toy_wares.article").value == 2


def test_rights_hold_in_the_kit_too(world: World) -> None:
    with pytest.raises((AccessDenied, NotFound)):
        world.stranger.create("toy_wares.article", name="Not mine to make")


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_does_is_gone_afterwards(world: World, turn: int) -> None:
    with world.system("North") as env:
        assert env.count("toy_wares.article").value == 1
        env.create("toy_wares.article", name=f"Turn {turn}")


def test_a_database_of_the_tests_own_takes_commits(own_database: ScratchDatabase) -> None:
    with own_database.owner.begin() as connection:
        connection.execute(text("create table public.mine (id int)"))
    with own_database.owner.connect() as connection:
        assert connection.execute(text("select count(*) from public.mine")).scalar_one() == 0
