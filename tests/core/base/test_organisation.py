"""Departments, posts and people as administrators keep them, and what moving them does."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import Department, Employee, User, ValidationFailed
from core.base.hooks import say_who_sees_whom_after_the_change, say_who_sees_whom_after_the_move
from core.base.organisation_tree import organisation
from core.testing.world import World


def said(hints: Any) -> list[str]:
    return [hint.text.translate("en") for hint in hints]


def first(env: Any, name: str) -> Any:
    return env.first(Employee, Employee.name == name)


def test_the_chart_has_departments_in_departments_with_their_people(world: World) -> None:
    with world.acting("admin") as env:
        sales = env.first(Department, Department.code == "S")
        east = env.create(Department, name="East", code="S1", parent=sales, manager=first(env, "Superior"))
        store = env.create(Department, name="Store", code="S11", parent=east)
        for name in ("Owner", "Colleague"):
            env.write(first(env, name), department=store)
        env.write(first(env, "Colleague"), status="left")
        env.write(first(env, "Stranger"), department=None)
        found = organisation(env, {})
    (root,) = found["roots"]
    (child,) = root.children
    assert (root.here, root.people, child.here, child.people) == (3, 4, 0, 1)
    assert (child.manager, child.children[0].name, child.children[0].people) == ("Superior", "Store", 1)
    assert (found["without"], found["everybody"]) == (1, 5)
    assert not organisation(world.owner, {})["may_move"]
    assert [node.name for node in organisation(world.other, {})["roots"]] == ["Sales"], (
        "of the own company only"
    )


def test_before_a_department_is_moved_it_says_who_sees_whom(world: World) -> None:
    with world.acting("admin") as env:
        sales = env.first(Department, Department.code == "S")
        west = env.create(Department, name="West", code="W", manager=first(env, "Stranger"))
        store = env.create(Department, name="Store", code="T", parent=sales)
        env.write(sales, manager=first(env, "Director"))
        env.write(first(env, "Owner"), department=store, superior=None)
        assert "owner" in {
            name for name, key in world.staff.users.items() if key in world.new_env("director").reports
        }
        hints = said(say_who_sees_whom_after_the_move(env, {"id": store.id, "parent": west.id}))
        assert hints == [
            "Stranger will see the records of Owner.",
            "Director will no longer be the direct superior of Owner.",
        ]
        assert said(say_who_sees_whom_after_the_move(env, {"id": store.id, "name": "Shop"})) == []
        env.write(store, parent=west)
    assert world.staff.users["owner"] in world.new_env("stranger").reports, "right with the next click"
    director = world.new_env("director")
    assert (
        world.staff.users["owner"] in director.reports
        and world.staff.users["owner"] not in director.direct_reports
    )


def test_another_superior_and_leaving_are_told_too(world: World) -> None:
    with world.acting("admin") as env:
        owner, stranger = first(env, "Owner"), first(env, "Stranger")
        told = said(say_who_sees_whom_after_the_change(env, {"id": owner.id, "superior": stranger.id}))
        assert "Stranger will see the records of Owner." in told
        assert "Superior, Director will no longer see the records of Owner." in told or (
            "Director, Superior will no longer see the records of Owner." in told
        )


def test_the_one_who_leaves_is_blocked_on_request(world: World) -> None:
    with world.acting("admin") as env:
        owner = first(env, "Owner")
        assert owner.leave(block=True, successor=None) is None, "nothing to hand over"
        assert (owner.status, env.get(User, world.staff.users["owner"]).blocked) == ("left", True)
    with pytest.raises(LookupError):
        world.new_env("owner")


def test_who_still_has_a_post_keeps_the_account(world: World) -> None:
    with world.acting("admin") as env:
        owner = first(env, "Owner")
        sales = env.first(Department, Department.code == "S")
        second = owner.add_post(department=sales, position="Trainer")
        assert (second.name, second.user_id, second.position) == ("Owner", owner.user_id, "Trainer")
        with pytest.raises(ValidationFailed, match="another post"):
            owner.leave(block=True)
        assert owner.status == "active"
        owner.leave(block=False)
        assert owner.status == "left"
    assert world.new_env("owner") is not None


def test_only_keepers_of_accounts_let_people_leave(world: World) -> None:
    with world.acting("superior") as env:
        offered = {method.name for method in env.allowed_methods(first(env, "Owner"))}
        assert not offered & {"leave", "add_post", "create_account"}


def test_companies_stay_a_tree(world: World) -> None:
    with world.system("North") as env:
        north, south = (env.get("base.company", world.company(name)) for name in ("North", "South"))
        env.write(north, parent=south)
        with pytest.raises(ValidationFailed, match="parent"):
            env.write(south, parent=north)
