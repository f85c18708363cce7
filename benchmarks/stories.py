"""Two leads with a history, as the form shows it: changes, activities that took place, tasks."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine

from benchmarks.filling import CUSTOMER, LEAD
from benchmarks.names import company_name, person_name, phone_number
from core.orm.compose import composition
from core.orm.system_env import system_env

KEYWORD: Final = "story"
CHANGES: Final = 12
ACTIVITIES: Final = 5
_REASON: Final = "benchmark"


def tell_stories(app: Engine, company: int, owner: int) -> tuple[int, int]:
    """The ids of both leads: one to read, one to change. They are made at the first run on a database."""
    everything = frozenset(composition().addons)
    with app.begin() as connection, system_env(connection, company, everything, _REASON) as env:
        lead: Any = env.info(LEAD).cls
        known: list[Any] = env.search(LEAD, lead.keyword == KEYWORD, order="id", limit=2)
        if len(known) == 2:
            return known[0].id, known[1].id
        customer: Any = env.search(CUSTOMER, order="id", limit=1)[0]
        dice = random.Random(1)
        first, second = env.create_many(LEAD, [_lead(dice, owner, customer.id) for _n in range(2)])
        option: Any = env.info("base.option").cls
        kinds: list[Any] = env.search("base.option", option.list_code == "crm_base.activity_kind", limit=5)
        env.create_many(
            "crm_base.activity",
            [_activity(dice, key, kinds[n % len(kinds)].id, owner, n)
             for key in (first, second) for n in range(ACTIVITIES)],
        )  # fmt: skip
        for n in range(CHANGES):
            env.write_many(LEAD, [first, second], remarks=f"Talked about the offer, step {n + 1}.")
    return first, second


def _lead(dice: random.Random, owner: int, customer: int) -> dict[str, Any]:
    name = company_name(dice)
    return {
        "title": name, "company_name": name, "person": person_name(dice), "phone": phone_number(dice),
        "state": "in_progress", "owner": owner, "customer": customer, "keyword": KEYWORD, "expected_revenue": 88_000,
    }  # fmt: skip


def _activity(dice: random.Random, lead: int, kind: int, owner: int, n: int) -> dict[str, Any]:
    at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=n + 1)
    return {
        "subject": f"电话 {person_name(dice)}", "kind": kind, "at": at, "state": "done", "owner": owner, "lead": lead,
        "result": "客户要求报价。", "minutes": 15,
    }  # fmt: skip
