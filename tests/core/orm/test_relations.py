"""Relations are worked out when they are followed, and by many at once as by one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import foreign, remote, selectinload
from toy_base.models.case import Case

from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.relations import Relation
from core.testing.world import World

THREADS = 8


def _relations(composed: Composition) -> list[Relation]:
    mapped = [inspect(info.cls).attrs for info in composed.models.values()]
    return [one for properties in mapped for one in properties if isinstance(one, Relation)]


def _is_worked_out(relation: Relation) -> bool:
    return "_join_condition" in relation.__dict__


def test_a_record_is_read_without_working_out_where_it_leads(world: World) -> None:
    relations = _relations(world.owner.composition)
    before = {one for one in relations if _is_worked_out(one)}
    with use_env(world.owner):
        world.owner.create("toy_base.case", name="mine")
        assert [one.name for one in world.owner.scalars(select(Case))] == ["mine"]
    assert relations and {one for one in relations if _is_worked_out(one)} == before


def test_threads_that_follow_a_relation_at_once_find_it_whole(world: World) -> None:
    fresh = Relation(inspect(Case).class_, primaryjoin=_joins(world), uselist=False)
    fresh.set_parent(inspect(Case), init=False)
    fresh.key = "fresh"
    together = Barrier(THREADS)

    def follow(_number: int) -> tuple[Any, ...]:
        together.wait()
        return fresh.direction, tuple(fresh.local_remote_pairs), fresh.strategy

    with ThreadPoolExecutor(THREADS) as pool:
        found = set(pool.map(follow, range(THREADS)))
    assert len(found) == 1


def test_a_record_that_is_read_anew_forgets_whom_it_was_related_to(world: World) -> None:
    env = world.owner
    with use_env(env):
        one: Any = env.create("toy_base.case", name="one")
        two: Any = env.create("toy_base.case", name="two")
        child: Any = env.create("toy_base.case", name="child", parent=one)
        assert child.parent is one
        table = env.info("toy_base.case").table
        env.session.connection().execute(
            table.update().where(table.c.id == child.id).values(parent_id=two.id)
        )
        env.refresh(env.info("toy_base.case"), [child])
        assert child.parent is two


def test_an_option_of_the_statement_loads_it_along(world: World) -> None:
    env = world.owner
    with use_env(env):
        parent: Any = env.create("toy_base.case", name="parent")
        child: Any = env.create("toy_base.case", name="child", parent=parent)
        env.session.expunge_all()
        found = env.scalars(select(Case).where(Case.id == child.id).options(selectinload(Case.parent)))
        assert "parent" in inspect(found[0]).dict


def _joins(world: World) -> Any:
    table = world.owner.info("toy_base.case").table
    return lambda: remote(table.c.id) == foreign(table.c.parent_id)
