"""What the demonstration's people did, do today, and have before them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from addons.crm_base.demo.customers import Made, choices
from addons.crm_base.demo.story import Story
from addons.crm_base.models import Activity, Task
from addons.crm_base.states import CARRIED_OUT, TASK_ASSIGNED, TASK_CONFIRMED, TASK_DONE, TASK_RUNNING
from core.api import Env

AHEAD = (0, 1, 3, -1, 7, 0, 2, 14, -3)
"""Days from today of planned activities, in turn; those in the past were forgotten."""
DUE = (0, -2, 3, 1, -5, 7, 12, 0, 5, -1)
STATES = (TASK_ASSIGNED, TASK_RUNNING, TASK_ASSIGNED, TASK_DONE, TASK_RUNNING, TASK_CONFIRMED)


def moment(env: Env, days: int, hour: int, minute: int = 0) -> datetime:
    """A time of the company's day, so many days from today."""
    day = env.today + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), env.timezone).astimezone(UTC)


def make_activities(env: Env, story: Story, customers: list[Made]) -> None:
    """Some contacts of each customer up to the last one, and something planned for every third."""
    kinds = choices(env, "activity_kind")
    rows: list[dict[str, Any]] = []
    for made in customers:
        base = {"customer": made.id, "owner": made.owner}
        for turn in range(2 + made.number % 3):
            told = story.done[(made.number * 2 + turn) % len(story.done)]
            ago = made.quiet_days + turn * (11 + made.number % 17)
            at = min(moment(env, -ago, 9 + (made.number + turn) % 8, (made.number * 15) % 60), env.now)
            rows.append({
                **base, "kind": kinds[told.kind], "subject": told.subject, "result": told.result,
                "minutes": told.minutes,
                "at": at, "state": CARRIED_OUT, "contact": made.contacts[turn % len(made.contacts)],
            })  # fmt: skip
        if made.number % 3 == 0:
            turn = made.number // 3
            kind, subject = story.planned[turn % len(story.planned)]
            at = moment(env, AHEAD[turn % len(AHEAD)], 9 + turn * 2 % 9, 30)
            rows.append(
                {**base, "kind": kinds[kind], "subject": subject, "at": at, "contact": made.contacts[0]}
            )
    env.create_many(Activity, rows)


def make_tasks(env: Env, story: Story, customers: list[Made], people: dict[str, int]) -> None:
    """Two of three customers have a task, given by the seller's director or by the seller to themselves."""
    kinds = choices(env, "task_kind")
    today = env.today
    rows: list[dict[str, Any]] = []
    for turn, made in enumerate(made for made in customers if made.number % 3 != 1):
        told, state = story.tasks[turn % len(story.tasks)], STATES[turn % len(STATES)]
        giver = (
            people.get(story.directors.get(made.seller, made.seller), made.owner) if turn % 3 else made.owner
        )
        is_done = state in (TASK_DONE, TASK_CONFIRMED)
        due = today + timedelta(days=DUE[turn % len(DUE)])
        rows.append({
            "subject": told.subject, "kind": kinds[told.kind], "customer": made.id, "owner": giver,
            "assignee": made.owner,
            "state": state, "start": due - timedelta(days=7), "due": due,
            "priority": ("normal", "high", "normal", "low", "urgent")[turn % 5],
            "progress": 100 if is_done else (20, 50, 70)[turn % 3] if state == TASK_RUNNING else 0,
            "result": told.result if is_done else None,
        })  # fmt: skip
    env.create_many(Task, [*rows, *_orders(story, people, kinds, today)])


def _orders(story: Story, people: dict[str, int], kinds: dict[str, int], today: date) -> list[dict[str, Any]]:
    return [
        {"subject": told.subject, "kind": kinds[told.kind], "owner": people[giver], "assignee": people[assignee],
         "state": TASK_ASSIGNED, "start": today, "due": today + timedelta(days=turn % 4), "priority": "normal"}
        for turn, (giver, assignee, told) in enumerate(story.orders)
    ]  # fmt: skip
