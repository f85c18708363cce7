"""Expenses of the salespeople in all states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from addons.crm_base.models import Customer
from addons.crm_finance.demo.story import Story
from addons.crm_finance.models import Expense
from addons.crm_finance.states import APPROVED, DRAFT, PAID, SUBMITTED
from core.api import Env, Option

STATES: Final = (PAID, PAID, APPROVED, SUBMITTED, PAID, DRAFT)


def make_expenses(env: Env, story: Story, people: Mapping[str, int]) -> None:
    """Some for each seller, for a customer of theirs."""
    kinds = {
        one.code: one.id
        for one in env.search(Option, Option.list_code == "crm_finance.expense_kind", limit=100)
    }
    rows: list[dict[str, Any]] = []
    for turn, login in enumerate(one for one in story.sellers if one in people):
        customer = env.first(Customer, Customer.owner == people[login], order="id")
        for place, (kind, title, amount) in enumerate(story.expenses):
            state = STATES[(turn + place) % len(STATES)]
            day = env.today - timedelta(days=3 + turn * 5 + place * 9)
            rows.append({
                "title": title, "kind": kinds[kind], "amount": Decimal(amount), "day": day, "owner": people[login],
                "customer": customer, "state": state, "paid_on": day + timedelta(days=2) if state is PAID else None,
            })  # fmt: skip
    env.create_many(Expense, rows)
