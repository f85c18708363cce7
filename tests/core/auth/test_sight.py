"""Who sees whose records, for a whole company, agrees with what each person's own request finds out."""

from __future__ import annotations

import random

from sqlalchemy import select

from core.auth.identity import identity_of
from core.auth.models import Department, Employee
from core.lifecycle.sight import Reach, sight, what_if
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import World, titles


def name_of(world: World, user: int) -> str:
    return next(name for name, key in world.ids.items() if key == user and name in _people(world))


def _people(world: World) -> set[str]:
    table = world.composed.info("base.user").table
    return set(world.session.scalars(select(table.c.name), execution_options=TRUSTED))


def test_it_agrees_with_every_person_s_own_request(office: World) -> None:
    chance = random.Random(4)
    for name in ("ann", "bob", "cid", "dan", "max"):
        if chance.random() < 0.5:
            office.give(name, "A", "toy_deals.head")
    office.change("base.department", "sales", manager_id=office.ids["e:ann"])
    office.change("base.department", "north", manager_id=office.ids["e:dan"])
    office.post("max", "A", department="sales")
    found = sight(office.env("max"))
    for name in ("ann", "bob", "cid", "dan", "max"):
        person = identity_of(office.session, office.ids[name], office.ids["A"])
        assert person is not None
        mine = {(owner, how) for viewer, owner, how in found if viewer == person.user_id}
        assert {owner for owner, how in mine if how is Reach.DIRECT} == set(person.direct_reports)
        assert {owner for owner, how in mine if how is not Reach.DEPARTMENT} == set(person.reports)
        assert {owner for owner, how in mine if how is Reach.DEPARTMENT} == set(person.members) - {
            person.user_id
        }


def test_moving_a_department_says_who_gains_and_who_loses_sight_and_keeps_nothing(office: World) -> None:
    office.change("base.department", "sales", manager_id=office.ids["e:ann"])
    office.change("base.department", "service", manager_id=office.ids["e:dan"])
    office.change("base.employee", "e:bob", superior_id=None)
    env = office.env("max")
    before = titles(office.env("ann")), titles(office.env("dan"))
    changes = what_if(env, env.info(Department), office.ids["north"], {"parent_id": office.ids["service"]})
    ids = office.ids
    assert {one.viewer: (one.gained, one.lost) for one in changes} == {
        ids["ann"]: (frozenset(), frozenset({ids["bob"], ids["cid"]})),
        ids["dan"]: (frozenset({ids["bob"], ids["cid"]}), frozenset()),
    }
    assert (titles(office.env("ann")), titles(office.env("dan"))) == before, "it was a question only"
    office.change("base.department", "north", parent_id=ids["service"])
    assert titles(office.env("ann")) == before[0] - {"bob", "cid"}, "right with the next click"
    assert titles(office.env("dan")) == before[1] | {"bob", "cid"}


def test_becoming_the_direct_superior_is_told_apart(office: World) -> None:
    env = office.env("max")
    (change, _bob) = what_if(
        env, env.info(Employee), office.ids["e:cid"], {"superior_id": office.ids["e:ann"]}
    )
    assert (
        change.viewer == office.ids["ann"] and change.now_direct == {office.ids["cid"]} and not change.gained
    )


def test_a_post_that_somebody_has_left_gives_no_rights(office: World) -> None:
    office.post("second", "A", department="service", user="ann")
    assert "cid" in titles(office.env("ann"))
    office.change("base.employee", "e:ann", status="left")
    assert titles(office.env("ann")) == {"ann", "free deal"}, (
        "though Bob's file still names that post as the superior"
    )
    office.give("ann", "A", "toy_deals.head")
    assert titles(office.env("ann")) == {"ann", "dan", "free deal"}, (
        "the department of the post that is left to her"
    )
