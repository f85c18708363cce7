"""The lists show what their names promise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addons.crm_base.models import Activity, Category, Contact, Customer, Task
from addons.crm_base.views import ActivityList, ContactList, CustomerList, TaskBoard, TaskList
from core.testing.team import choice
from core.testing.world import World


def names(env: Any, view: Any, preset: str, column: str = "name") -> set[str]:
    chosen = next(found for found in view.presets if found.key == preset)
    where = [chosen.where(env)] if chosen.where is not None else []
    return {row[2] for row in env.page(view.__keyuan_model__, [column], *where).rows}


def test_sealed_customers_are_left_out_by_default_but_found_by_search(world: World) -> None:
    env = world.owner
    for status in ("active", "normal", "sealed"):
        env.create(Customer, name=status.title(), phone="021-1234567", status=status)
    assert [found.key for found in CustomerList.presets if found.default] == ["current"]
    assert names(env, CustomerList, "current") == {"Active", "Normal"}
    assert names(env, CustomerList, "active") == {"Active"}
    assert names(env, CustomerList, "sealed") == {"Sealed"}
    assert names(env, CustomerList, "all") == {"Active", "Normal", "Sealed"}
    assert [row[2] for row in env.page(Customer, ["name"], search="seal").rows] == ["Sealed"]


def test_mine_team_and_neglected(world: World) -> None:
    env = world.superior
    kind = choice(world.owner, "crm_base.activity_kind", "phone")
    spoken = world.owner.create(Customer, name="Spoken to", phone="021-1234567")
    quiet = world.owner.create(Customer, name="Quiet", phone="021-1234567")
    env.create(Customer, name="Own", phone="021-1234567")
    for customer, days in ((spoken, 89), (quiet, 91)):
        at = world.owner.now - timedelta(days=days)
        world.owner.create(
            Activity, subject="Call", kind=kind, customer=customer, state="done", result="ok", at=at
        )
    assert names(env, CustomerList, "mine") == {"Own"}
    assert names(env, CustomerList, "team") == {"Own", "Spoken to", "Quiet"}
    assert names(env, CustomerList, "neglected") == {"Quiet"}
    assert names(env, CustomerList, "status") == {
        "Own",
        "Spoken to",
    }  # not "Quiet": it is normal and should be
    assert names(world.colleague, CustomerList, "all") == set()


def test_customers_without_owner_are_a_list_of_the_director(world: World, give: Any) -> None:
    manager = give("stranger", "crm_base.general_manager")
    manager.create(Customer, name="Nobody's", phone="021-1234567", owner=None)
    assert names(manager, CustomerList, "ownerless") == {"Nobody's"}


def test_decision_makers_are_a_list_of_their_own(world: World) -> None:
    env = world.owner
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    for name, part in (("Ann", "decider"), ("Ben", "user"), ("Cid", None)):
        chosen = choice(env, "crm_base.decision_part", part) if part else None
        env.create(Contact, customer=acme, name=name, decision_part=chosen)
    assert names(env, ContactList, "deciders") == {"Ann"}
    assert names(env, ContactList, "mine") == {"Ann", "Ben", "Cid"}


def test_activities_by_time_are_those_of_the_companys_day(world: World) -> None:
    env = world.owner
    kind = choice(env, "crm_base.activity_kind", "phone")
    noon = env.now.astimezone(env.timezone).replace(hour=12, minute=0)
    for subject, days in (("yesterday", -1), ("today", 0), ("tomorrow", 1)):
        env.create(Activity, subject=subject, kind=kind, at=noon + timedelta(days=days))
    env.create(
        Activity, subject="was done", kind=kind, at=noon - timedelta(days=1), state="done", result="ok"
    )
    subjects = {
        preset: names(env, ActivityList, preset, "subject")
        for preset in ("today", "to_do", "done", "planned")
    }
    assert subjects["today"] == {"today"}
    assert subjects["to_do"] == subjects["planned"] == {"yesterday", "today", "tomorrow"}
    assert subjects["done"] == {"was done"}
    assert names(env, ActivityList, "overdue", "subject") - {"today"} == {"yesterday"}
    assert names(world.superior, ActivityList, "mine", "subject") == set()


def test_the_board_of_tasks_has_the_states_as_columns(world: World) -> None:
    env = world.owner
    env.create(Task, subject="One", assignee=env.user_id)
    env.create(Task, subject="Two")
    assert (
        names(env, TaskBoard, "mine", "subject") == names(env, TaskList, "mine", "subject") == {"One", "Two"}
    )
    found = {row.keys[0].code: row.count for row in env.group(Task, ["state"])}
    assert found == {"assigned": 1, "new": 1}


def test_customers_count_in_all_dimensions(world: World) -> None:
    env = world.owner
    category = world.admin.create(Category, name="Direct")
    values = {
        name: choice(env, f"crm_base.{name}", code)
        for name, code in (
            ("industry", "software"), ("level", "a"), ("source", "web"), ("relation", "dealer"), ("grade", "good"),
            ("value", "high"), ("size", "small"), ("customer_type", "private"),
        )
    }  # fmt: skip
    env.create(Customer, name="Acme", phone="021-1234567", province="上海", category=category.id, **values)
    env.create(Customer, name="Beta", phone="021-1234567")
    for name in (*values, "category", "province"):
        found = {row.labels[0]: row.count for row in env.group(Customer, [name])}
        assert len(found) == 2 and set(found.values()) == {1} and None in found, name
