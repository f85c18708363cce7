"""Receivable plans of three instalments: paid long ago, due these days, due in the next months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from addons.crm_base.models import Customer
from addons.crm_finance.demo.story import Story
from addons.crm_finance.models import FinanceCustomer, Receivable
from core.api import Env, key_of

BEGUN: Final = (120, 75, 40, 96, 33, 61)
"""Days ago that plans were booked, in turn; their instalments are due after 30, 60 and 90 days."""
PARTS: Final = (Decimal("0.3"), Decimal("0.4"), Decimal("0.3"))
PER_SELLER: Final = 3
LIMITS: Final = (200_000, 500_000, None)


def make_plans(env: Env, story: Story, people: Mapping[str, int]) -> list[Any]:
    """Instalments of some customers of each seller, entered together; one plan is in a foreign currency."""
    rows: list[dict[str, Any]] = []
    for place, customer in enumerate(_customers(env, story, people)):
        title, amount = story.sales[place % len(story.sales)]
        booked = env.today - timedelta(days=BEGUN[place % len(BEGUN)] + place // len(BEGUN) * 4)
        code, rate = story.foreign
        is_foreign = place == 1
        for n, part in enumerate(PARTS, start=1):
            rows.append({
                "title": story.instalment.format(title=title, n=n), "customer": customer, "booked_on": booked,
                "owner": key_of(customer, "owner"), "due_on": booked + timedelta(days=30 * n),
                "amount": Decimal(amount) * part,
                **({"currency": code, "exchange_rate": Decimal(rate)} if is_foreign else {}),
            })  # fmt: skip
    return env.get_many(Receivable, env.create_many(Receivable, rows))


def _customers(env: Env, story: Story, people: Mapping[str, int]) -> list[Any]:
    """One customer of each seller after the other; some have credit terms."""
    theirs = [
        env.search(
            Customer,
            Customer.owner == people[login],
            Customer.status != "sealed",
            order="id",
            limit=PER_SELLER,
        )
        for login in story.sellers
        if login in people
    ]
    found = [some[turn] for turn in range(PER_SELLER) for some in theirs if turn < len(some)]
    for limit in LIMITS:
        place = LIMITS.index(limit)
        some = env.get_many(FinanceCustomer, [one.id for one in found[place :: len(LIMITS)]])
        env.write(some, credit_limit=limit, overdue_days_allowed=30)
    return found
