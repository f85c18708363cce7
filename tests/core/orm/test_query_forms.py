"""Every form of query that we promise to authors, with definition classes, bound by the policy."""

from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.orm import aliased, selectinload
from toy_base.models.case import Case

from core.orm.context import use_env
from core.orm.env import Env
from core.orm.session import AroundTheDoor
from core.orm.trust import TRUSTED
from core.testing.world import World


@pytest.fixture
def owner(world: World) -> Env:
    env = world.owner
    with use_env(env):
        env.create("toy_base.case", name="mine")
        env.create("toy_base.case", name="mine too", amount=5)
    with use_env(world.other):
        world.other.create("toy_base.case", name="theirs")
    with use_env(world.colleague):
        world.colleague.create("toy_base.case", name="beside")
    return env


def names(env: Env, statement: Any) -> list[str]:
    return sorted(env.scalars(statement))


def test_select_of_a_column(owner: Env) -> None:
    assert names(owner, select(Case.name)) == ["mine", "mine too"]


def test_select_of_the_entity(owner: Env) -> None:
    assert sorted(one.name for one in owner.scalars(select(Case))) == ["mine", "mine too"]


def test_alias(owner: Env) -> None:
    other = aliased(Case)
    assert names(owner, select(other.name).where(other.owner == owner.user_id)) == ["mine", "mine too"]


def test_join_and_relation_comparisons(owner: Env) -> None:
    assert names(owner, select(Case.name).join(Case.owner)) == ["mine", "mine too"]
    assert names(owner, select(Case.name).where(Case.parent.is_(None))) == ["mine", "mine too"]
    assert names(owner, select(Case.name).where(Case.owner.in_([]))) == []


def test_subquery_exists_and_count(owner: Env) -> None:
    other = aliased(Case)
    assert owner.scalars(select(func.count()).select_from(Case)) == [2]
    assert names(owner, select(Case.name).where(exists(select(other.id).where(other.name == "theirs")))) == []
    assert names(owner, select(Case.name).where(Case.id.in_(select(other.id)))) == ["mine", "mine too"]


def test_union_is_bound_on_both_sides(owner: Env) -> None:
    both = select(Case.name).where(Case.amount == 5).union_all(select(Case.name))
    assert sorted(owner.scalars(both)) == ["mine", "mine too", "mine too"]


def test_relations_load_through_the_policy(owner: Env, world: World) -> None:
    with use_env(owner):
        parent: Any = owner.first(Case, Case.name == "mine")
        child: Any = owner.create("toy_base.case", name="child", parent=parent)
        found = owner.scalars(select(Case).where(Case.id == child.id).options(selectinload(Case.parent)))
        assert found[0].parent is parent


def test_what_cannot_be_bound_is_refused(owner: Env) -> None:
    table = owner.info("toy_base.case").table
    session = owner.session
    for statement in (
        select(table),
        select(table.c.name),
        insert(table).values(name="x"),
        update(table).values(name="x"),
        delete(table),
        update(Case).values(name="x"),
        delete(Case),
        text("select 1"),
    ):
        with pytest.raises(AroundTheDoor):
            session.execute(statement)


def test_a_session_without_env_reads_nothing(owner: Env) -> None:
    owner.session.info.clear()
    with pytest.raises(AroundTheDoor):
        owner.session.execute(select(Case.name))


def test_the_session_does_not_flush_by_itself(owner: Env) -> None:
    with use_env(owner):
        record: Any = owner.first(Case)
        record.name = "changed"
        with pytest.raises(AroundTheDoor):
            owner.session.flush()


def test_the_database_is_a_wall_of_its_own(owner: Env, world: World) -> None:
    """A statement of the kernel that forgets every criterion still sees one company."""
    table = owner.info("toy_base.case").table
    seen = set(owner.session.scalars(select(table.c.name), execution_options=TRUSTED))
    assert "theirs" not in seen and {"mine", "beside"} <= seen
