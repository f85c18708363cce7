"""Opportunities in all stages and states: some from upgraded leads, most with customers known before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_base.states import CARRIED_OUT, TASK_ASSIGNED
from addons.crm_leads.demo.story import Story, at, moment
from addons.crm_leads.models import Opportunity, SalesActivity, Stage, StageStay
from addons.crm_leads.states import LOST, OPEN, SUSPENDED, UPGRADED, WON
from core.api import Env, Option, key_of

WAVE: Final = 5
ENDINGS: Final = (OPEN, WON, OPEN, OPEN, LOST, OPEN, WON, OPEN, OPEN, SUSPENDED)
BEGUN: Final = (9, 150, 34, 61, 120, 18, 96, 45, 74, 52)
"""Days ago that opportunities of these endings began."""
STEPS: Final = (0, 5, 1, 3, 2, 0, 5, 2, 4, 1)
STAYED: Final = (3, 9, 1, 16, 5, 27, 7)
"""Days in the present stage, in turn; some are more than the standard."""
LONG_AGO: Final = 70
CLOSING: Final = (25, 0, 12, 40, 0, 60, 0, 5, -6, 90)
"""Days from today until the expected closing date; one of ten is overdue."""


@dataclass(slots=True)
class Plan:
    """One opportunity before it is made."""

    number: int
    values: dict[str, Any]
    begun: datetime
    entered: list[datetime]
    lead: Any = None


def make_deals(env: Env, story: Story, people: dict[str, int], upgraded: Sequence[Any]) -> None:
    """All opportunities with the stages they went through, what was talked, and what is to be done."""
    stages: list[Any] = env.search(Stage, order="sequence", limit=20)
    known = _known_customers(env, story, people)
    reasons = {
        one.code: one.id for one in env.search(Option, Option.list_code == "crm_leads.lost_reason", limit=50)
    }
    from_leads = _customers_of(env, upgraded[: story.deals])
    plans = []
    for number in range(story.deals):
        lead = upgraded[number] if number < len(upgraded) else None
        customer = from_leads[lead.id] if lead is not None else known[number % len(known)]
        plans.append(_plan(env, story, number, stages, reasons, lead, customer))
    plans.sort(key=lambda plan: plan.begun)
    made: list[tuple[Plan, Any]] = []
    for first in range(0, len(plans), WAVE):
        made += _create(env, plans[first : first + WAVE])
    _make_stays(env, stages, made)
    _make_work(env, story, made)


def _known_customers(env: Env, story: Story, people: dict[str, int]) -> list[Any]:
    """Customers of one seller after the other; the first two sellers have more to do than the others."""
    sellers = [people[login] for login in (*story.sellers, *story.sellers[:2])]
    theirs = {key: env.search(Customer, Customer.owner == key, order="id", limit=100) for key in sellers}
    return [
        theirs[key][(turn + position // len(story.sellers) * 5) % len(theirs[key])]
        for turn in range(9)
        for position, key in enumerate(sellers)
        if theirs[key]
    ]


def _create(env: Env, plans: Sequence[Plan]) -> list[tuple[Plan, Any]]:
    """Opportunities that began within a few days, entered together; their leads end with them."""
    then = at(env, plans[-1].begun, 0)
    ids = then.create_many(Opportunity, [plan.values for plan in plans])
    pairs = list(zip(plans, then.get_many(Opportunity, ids), strict=True))
    ended = {plan.lead.id: opportunity for plan, opportunity in pairs if plan.lead is not None}
    leads = [plan.lead for plan in plans if plan.lead is not None]
    talked: list[Any] = then.search(Activity, SalesActivity.lead.in_(ended), limit=1000)
    for seller in {key_of(lead, "owner") for lead in leads}:
        own = [lead for lead in leads if key_of(lead, "owner") == seller]
        of_own = [one for one in talked if one.lead_id in {lead.id for lead in own}]
        _upgrade(at(env, plans[-1].begun, seller or 0), own, of_own, ended)
    return pairs


def _upgrade(then: Env, leads: Sequence[Any], talked: Sequence[Any], ended: dict[int, Any]) -> None:
    """One seller's leads: saved as customers, then gone on as opportunities, with what was talked."""
    customers = {lead.id: key_of(ended[lead.id], "customer") for lead in leads}
    contacts = {
        key_of(one, "customer"): one.id
        for one in then.search(Contact, Contact.customer.in_(list(customers.values())), limit=1000)
    }
    with then.granting(leads, "save_as_customer"):
        for lead in leads:
            lead.customer_id, lead.contact_id = customers[lead.id], contacts[customers[lead.id]]
    with then.granting([*leads, *talked], "upgrade"):
        for lead in leads:
            lead.opportunity, lead.state = ended[lead.id], UPGRADED
        for one in talked:
            one.opportunity, one.customer_id = ended[one.lead_id], customers[one.lead_id]


def _customers_of(env: Env, leads: Sequence[Any]) -> dict[int, Any]:
    """The customers, with their contacts, as which the leads that are upgraded were saved."""
    owners = [{"owner": key_of(lead, "owner")} for lead in leads]
    ids = env.create_many(Customer, [
        {"name": lead.company_name or lead.person, "phone": lead.phone, "email": lead.email, "province": lead.province,
         "city": lead.city, "kind": "company" if lead.company_name else "person", "campaign": lead.campaign,
         "intention": lead.need, **owner}
        for lead, owner in zip(leads, owners, strict=True)
    ])  # fmt: skip
    env.create_many(Contact, [
        {"customer": key, "name": lead.person, "mobile": lead.phone, "email": lead.email, "messenger": lead.messenger,
         **owner}
        for lead, owner, key in zip(leads, owners, ids, strict=True)
    ])  # fmt: skip
    return {lead.id: customer for lead, customer in zip(leads, env.get_many(Customer, ids), strict=True)}


def _plan(
    env: Env, story: Story, number: int, stages: Sequence[Any], reasons: dict[str, int], lead: Any, customer: Any
) -> Plan:  # fmt: skip
    turn = number % len(ENDINGS)
    days, state = BEGUN[turn] + number // len(ENDINGS) % 5 * 3, ENDINGS[turn]
    position = min(STEPS[turn], len(stages) - 1)
    title, products, thousands = story.projects[number % len(story.projects)]
    subject = story.deal_title.format(
        customer=getattr(customer, "short_name", None) or customer.name, title=title
    )
    source = customer
    if lead is not None:
        days, subject, source = max((env.now - lead.created_at).days - 4, 1), lead.title, lead
        if days > LONG_AGO and state is OPEN:
            state, position = (WON, LOST, OPEN)[number % 3], (5, 2, 4)[number % 3]
    begun = moment(env, days, 10, number % 60)
    values = {
        "title": subject, "customer": customer, "owner": key_of(source, "owner"), "products": products,
        "amount": thousands * 1000 + number % 7 * 2500, "intention": story.intentions[number % len(story.intentions)],
        "stage": stages[position], "engaged_on": _day(env, days), "state": state, "importance": "abcbc"[number % 5],
        "expected_close": _day(env, -CLOSING[turn] - number // 10), "sales_consultant": key_of(source, "owner"),
        "promotion_consultant": key_of(lead, "promotion_consultant") if lead is not None else None,
        **_ending(env, story, number, state, reasons, thousands * 1000, min(3 + number % 40, days // 2)),
    }  # fmt: skip
    until = values.get("ended_at") or values.get("suspended_at") or env.now
    last = until - min(timedelta(days=STAYED[number % len(STAYED)]), (until - begun) * 2 // 3)
    entered = [begun + (last - begun) * step // max(position, 1) for step in range(position + 1)]
    values["stage_entered_at"] = entered[-1]
    return Plan(number, values, begun, entered, lead)


def _ending(
    env: Env, story: Story, number: int, state: Any, reasons: dict[str, int], amount: int, days_ago: int
) -> dict[str, Any]:  # fmt: skip
    """What an opportunity has that is won, lost or suspended."""
    day = _day(env, days_ago)
    over = {
        "closed_on": day,
        "ended_at": moment(env, days_ago, 16),
        "expected_close": day + timedelta(days=number % 9 - 3),
    }
    if state is WON:
        return {**over, "won_amount": amount - number % 3 * 1000}
    if state is LOST:
        code, competitor, remark = story.losses[number % len(story.losses)]
        return {**over, "lost_reason": reasons[code], "competitor": competitor, "lost_remark": remark}
    if state is SUSPENDED:
        return {"suspended_at": moment(env, days_ago, 11), "wake_up_on": _day(env, -20 - number % 30)}
    return {}


def _make_stays(env: Env, stages: Sequence[Any], made: Sequence[tuple[Plan, Any]]) -> None:
    """The stages before the present one; the present one was noted when the opportunity was made."""
    env.create_many(StageStay, [
        {"opportunity": opportunity, "stage": stages[step], "stage_name": stages[step].name, "entered_at": entered,
         "left_at": plan.entered[step + 1], "moved_by": plan.values["owner"]}
        for plan, opportunity in made
        for step, entered in enumerate(plan.entered[:-1])
    ])  # fmt: skip


def _make_work(env: Env, story: Story, made: Sequence[tuple[Plan, Any]]) -> None:
    """Contacts up to now or to the end, and what is planned and to be done for the open ones."""
    kinds = {
        one.code: one.id
        for one in env.search(Option, Option.list_code == "crm_base.activity_kind", limit=100)
    }
    sales = env.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "sales")
    activities: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    for plan, opportunity in made:
        number, base = plan.number, {"opportunity": opportunity, "owner": plan.values["owner"]}
        until = plan.values.get("ended_at") or env.now
        for turn in range(1 + number % 3):
            told = story.told[(number * 2 + turn) % len(story.told)]
            when = plan.begun + (until - plan.begun) * (turn + 1) / (2 + number % 3)
            activities.append({**base, "kind": kinds[told.kind], "subject": told.subject, "result": told.result,
                               "minutes": told.minutes, "at": when, "state": CARRIED_OUT})  # fmt: skip
        if plan.values["state"] is OPEN and number % 2 == 0:
            kind, subject = story.planned[number // 2 % len(story.planned)]
            activities.append({**base, "kind": kinds[kind], "subject": subject, "at": moment(env,
            -1 - number % 6, 14, 30)})  # fmt: skip
            tasks.append({**base, "subject": subject, "kind": sales, "assignee": plan.values["owner"],
                          "due": _day(env, -(number % 9) + 2), "state": TASK_ASSIGNED})  # fmt: skip
    env.create_many(Activity, activities)
    env.create_many(Task, tasks)


def _day(env: Env, days_ago: int) -> date:
    return env.today - timedelta(days=days_ago)
