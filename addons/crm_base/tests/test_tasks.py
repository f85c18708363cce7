"""Tasks from giving to confirming, and 'my tasks' (P19, BASE-45, BASE-47)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from addons.crm_base.models import Task
from addons.crm_base.views.task import (
    company_day,
    due_now,
    given_by_me,
    mine,
    my_overdue,
    overdue,
    to_confirm,
)
from core.api import AccessDenied, StateForbids
from core.testing.team import notices
from core.testing.world import World, use_env


def subjects(env: Any, preset: Any) -> list[str]:
    return [row[2] for row in env.page(Task, ["subject"], preset(env), order="due").rows]


def test_a_task_given_at_once_is_assigned_and_told(world: World) -> None:
    colleague = world.staff.users["colleague"]
    task = world.owner.create(
        Task, subject="Offer", assignee=colleague, helpers=[world.staff.users["stranger"]]
    )
    assert task.state.code == "assigned"
    assert notices(world, "colleague") == notices(world, "stranger") == ["You were given the task “Offer”."]
    assert notices(world, "owner") == []


def test_from_giving_to_confirming(world: World) -> None:
    env = world.owner
    task = env.create(Task, subject="Offer")
    assert task.state.code == "new" and [m.name for m in env.allowed_methods(task)] == [
        "assign", "begin", "report_done", "cancel",
    ]  # fmt: skip
    with use_env(env):
        task.assign(to=world.staff.users["colleague"])
    worker = world.new_env("colleague")
    with use_env(worker):
        work = worker.get(Task, task.id)
        assert {m.name for m in worker.allowed_methods(work)} == {"begin", "report_done"}
        work.begin()
        worker.write(work, progress=50)
        work.report_done(result="Sent")
        assert (work.progress, work.result) == (100, "Sent")
        with pytest.raises(AccessDenied):
            work.confirm()
    with use_env(env):
        task.give_back(remark="Wrong price")
        assert (task.state.code, task.progress) == ("in_progress", 90)
    with use_env(worker):
        work.report_done(result="Sent again")
    with use_env(env):
        task.confirm()
        assert task.state.code == "confirmed"
        with pytest.raises(StateForbids):
            env.write(task, subject="Too late")
    assert notices(world, "colleague") == [
        "You were given the task “Offer”.",
        "The task “Offer” came back: Wrong price",
    ]
    assert notices(world, "owner") == ["The task “Offer” is reported done."] * 2


def test_reassigning_tells_both_and_only_giver_or_superior_may(world: World) -> None:
    env = world.owner
    task = env.create(Task, subject="Offer", assignee=world.staff.users["colleague"])
    with use_env(world.new_env("colleague")) as worker, pytest.raises(AccessDenied):
        worker.get(Task, task.id).assign(to=world.staff.users["stranger"])
    with use_env(world.superior) as superior:
        superior.get(Task, task.id).assign(to=world.staff.users["stranger"])
    assert notices(world, "stranger") == ["You were given the task “Offer”."]
    assert notices(world, "colleague")[-1] == "The task “Offer” was given to Stranger."
    env = world.new_env("owner")
    env.write(
        env.get(Task, task.id), assignee=world.staff.users["colleague"]
    )  # by the form it counts as well
    assert notices(world, "stranger")[-1] == "The task “Offer” was given to Colleague."


def test_cancelling_tells_the_assignee_and_ends_it(world: World) -> None:
    task = world.owner.create(Task, subject="Offer", assignee=world.staff.users["colleague"])
    with use_env(world.owner):
        task.cancel()
    assert notices(world, "colleague")[-1] == "The task “Offer” was cancelled."
    assert subjects(world.new_env("colleague"), mine) == []


def test_my_tasks_are_all_that_is_assigned_to_me_ordered_by_due(world: World) -> None:
    env = world.owner
    today = company_day(env)
    for person, subject, days in (
        ("owner", "own without assignee", 5), ("superior", "from above", 1), ("colleague", "from beside", 3),
    ):  # fmt: skip
        assignee = None if person == "owner" else env.user_id
        world.env(person).create(Task, subject=subject, due=today + timedelta(days=days), assignee=assignee)
    world.colleague.create(Task, subject="helping", due=today - timedelta(days=2), helpers=[env.user_id],
                           assignee=world.staff.users["stranger"])  # fmt: skip
    world.colleague.create(Task, subject="due today", due=today, assignee=env.user_id)
    world.owner.create(Task, subject="for another", assignee=world.staff.users["colleague"])
    assert subjects(env, mine) == [
        "helping",
        "due today",
        "from above",
        "from beside",
        "own without assignee",
    ]
    assert subjects(env, due_now) == ["helping", "due today"]
    assert subjects(env, my_overdue) == ["helping"]
    assert subjects(world.superior, overdue) == ["helping"]
    assert subjects(env, given_by_me) == ["own without assignee", "for another"] or set(
        subjects(env, given_by_me)
    ) == {"own without assignee", "for another"}
    assert subjects(env, to_confirm) == []
    assert subjects(world.other, mine) == []
