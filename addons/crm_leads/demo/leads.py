"""Leads in all states, in waves from half a year ago to today: entered, given out, tracked, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from addons.crm_base.models import Activity, Task
from addons.crm_base.states import CARRIED_OUT, TASK_ASSIGNED, TASK_CANCELLED, TASK_CONFIRMED, TASK_RUNNING
from addons.crm_leads.demo.story import Story, at, moment
from addons.crm_leads.models import Channel, Lead
from addons.crm_leads.states import ASSIGNED, CLOSED, IN_PROGRESS, RETURNED
from core.api import Env, Option, _

WAVE: Final = 8
HALF_A_YEAR: Final = 175
OLD: Final = (
    "upgrade",
    "close",
    "progress",
    "close",
    "upgrade",
    "close",
    "returned",
    "upgrade",
    "close",
    "progress",
)
"""What becomes of leads older than three weeks, in turn."""
YOUNG: Final = ("new", "assigned", "progress", "new", "returned", "assigned", "progress", "new")
DUE: Final = (0, 2, -1, 5, 0, 9, -4, 1)
"""Days from today until a tracked lead is to be followed up."""


def make_leads(env: Env, story: Story, people: dict[str, int]) -> list[Any]:
    """The leads; gives those that are to become opportunities, oldest first."""
    channels = [one.id for one in env.search(Channel, order="id", limit=20)]
    upgrades: list[Any] = []
    for first in range(0, story.leads, WAVE):
        numbers = range(first, min(first + WAVE, story.leads))
        age = round(HALF_A_YEAR * (1 - (first + WAVE) / (story.leads + WAVE)) ** 2)
        desk = at(env, moment(env, age, 9, first % 60), people[story.desk])
        rows = [_row(story, number, channels, people) for number in numbers]
        ids = desk.create_many(Lead, rows)
        pairs = list(zip(numbers, desk.get_many(Lead, ids), strict=True))
        upgrades += _run_wave(env, story, people, pairs, age)
    return upgrades


def _row(story: Story, number: int, channels: Sequence[int], people: dict[str, int]) -> dict[str, Any]:
    title, products, need, thousands = story.needs[number % len(story.needs)]
    company, (province, city) = story.company_name(number), story.places[number % len(story.places)]
    is_campaign = number % 3 == 0
    return {
        "title": title, "company_name": company if number % 9 else None,
        "person": story.people[number * 5 % len(story.people)],
        "phone": story.phone.format(n=20_000_000 + number * 86_243 % 70_000_000),
        "email": f"lead{number + 1}@example.com" if number % 4 else None,
        "messenger": f"wx_lead{number + 1:03d}" if number % 3 == 1 else None,
        "province": province, "city": city, "channel": channels[(number * 5 + number // 7) % len(channels)],
        "campaign": story.campaigns[number % len(story.campaigns)] if is_campaign else None,
        "keyword": story.keywords[number % len(story.keywords)] if number % 7 == 0 else None,
        "promotion_consultant": people[story.desk] if number % 2 else None,
        "counsellor": people[story.desk] if number % 5 == 0 else None,
        "products": products, "need": need, "expected_revenue": thousands * 1000 * (1 + number % 4),
        "priority": ("normal", "high", "normal", "low", "normal")[number % 5],
    }  # fmt: skip


def _run_wave(
    env: Env, story: Story, people: dict[str, int], pairs: Sequence[tuple[int, Any]], age: int
) -> list[Any]:
    """Give the wave's leads out and let each go its way; those to be upgraded come back."""
    fates = {
        number: (OLD if age > 21 else YOUNG)[number % (len(OLD) if age > 21 else len(YOUNG))]
        for number, _l in pairs
    }
    desk = at(env, moment(env, max(age - 1, 0), 10, 30), people[story.desk])
    given = [(number, lead) for number, lead in pairs if fates[number] != "new"]
    with desk.granting([lead for _number, lead in given], "assign"):
        for number, lead in given:
            seller = people[story.sellers[number % len(story.sellers)]]
            lead.owner_id, lead.assigner_id, lead.sales_consultant_id = seller, desk.user_id, seller
            lead.assigned_at, lead.state = desk.now, ASSIGNED
            lead.follow_up_on = _day(env) + timedelta(days=DUE[number % len(DUE)])
    _track(desk, story, [(lead, fates[number]) for number, lead in given])
    for fate, ending in (
        ("progress", _progress),
        ("upgrade", _progress),
        ("returned", _returned),
        ("close", _closed),
    ):
        chosen = [(number, lead) for number, lead in given if fates[number] == fate]
        if chosen:
            ending(env, story, chosen, age)
    return [lead for number, lead in given if fates[number] == "upgrade"]


def _track(desk: Env, story: Story, leads: Sequence[tuple[Any, str]]) -> None:
    """The tracking task of each, in the state that its lead's fate brings; who has just got one is told."""
    states = {"assigned": TASK_ASSIGNED, "progress": TASK_RUNNING, "upgrade": TASK_CONFIRMED}
    kind = desk.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "tracking")
    desk.create_many(Task, [
        {"subject": story.task.format(title=lead.title), "kind": kind, "assignee": lead.owner_id, "owner": desk.user_id,
         "due": lead.follow_up_on, "lead": lead, "state": states.get(fate, TASK_CANCELLED),
         "progress": 100 if fate == "upgrade" else 30 if fate == "progress" else 0}
        for lead, fate in leads
    ])  # fmt: skip
    for lead, fate in leads:
        if fate == "assigned":
            desk.notify([lead.owner_id], _("The lead “{title}” was given to you.", title=lead.title), lead)


def _progress(env: Env, story: Story, leads: Sequence[tuple[int, Any]], age: int) -> None:
    """Calls and visits, of which the first puts the lead in progress."""
    then = at(env, moment(env, max(age - 2, 0), 14, 10), leads[0][1].owner_id)
    with then.granting([lead for _number, lead in leads], "start_tracking"):
        for _number, lead in leads:
            lead.state, lead.first_response_at = IN_PROGRESS, then.now
    _talk(then, story, leads)


def _returned(env: Env, story: Story, leads: Sequence[tuple[int, Any]], age: int) -> None:
    then = at(env, moment(env, max(age - 2, 0), 15), leads[0][1].owner_id)
    with then.granting([lead for _number, lead in leads], "give_back"):
        for number, lead in leads:
            lead.state, lead.return_reason = RETURNED, story.returns[number % len(story.returns)]
            lead.owner_id = lead.sales_consultant_id = None


def _closed(env: Env, story: Story, leads: Sequence[tuple[int, Any]], age: int) -> None:
    _progress(env, story, leads, age)
    then = at(env, moment(env, max(age - 12, 0), 16), leads[0][1].owner_id)
    reasons = {one.code: one for one in then.search(Option, Option.list_code == "crm_leads.close_reason")}
    with then.granting([lead for _number, lead in leads], "close"):
        for number, lead in leads:
            code, remark = story.closings[number % len(story.closings)]
            lead.state, lead.close_reason, lead.close_remark = CLOSED, reasons[code], remark


def _talk(then: Env, story: Story, leads: Sequence[tuple[int, Any]]) -> None:
    kinds = {
        one.code: one.id
        for one in then.search(Option, Option.list_code == "crm_base.activity_kind", limit=100)
    }
    rows = []
    for number, lead in leads:
        for turn in range(1 + number % 2):
            told = story.told[(number + turn) % len(story.told)]
            rows.append({
                "subject": told.subject, "kind": kinds[told.kind], "result": told.result, "minutes": told.minutes,
                "at": then.now - timedelta(hours=turn * 3), "owner": lead.owner_id, "lead": lead, "state": CARRIED_OUT,
            })  # fmt: skip
    then.create_many(Activity, rows)


def _day(env: Env) -> date:
    return env.today
