"""Money received for the plans, an advance that waits, and a loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from addons.crm_finance.demo.story import Story
from addons.crm_finance.models import CashAccount, Receipt
from addons.crm_finance.services import matching
from addons.crm_finance.states import POSTED
from core.api import Company, Env, Option, key_of

LATE: Final = (0, 3, 12, -2)
"""Days after the due date on which money came, in turn."""
UNPAID: Final = 7
"""Every so manieth instalment that was due is still open."""


def make_accounts(env: Env, story: Story) -> list[Any]:
    """Where the money of the company lies."""
    rows = [{"name": name, "kind": kind, "bank": bank or None} for name, kind, bank in story.accounts]
    return env.get_many(CashAccount, env.create_many(CashAccount, rows))


def make_receipts(
    env: Env, story: Story, people: Mapping[str, int], plans: Sequence[Any], accounts: Sequence[Any]
) -> None:
    """Receipts for most of what was due, in part for some; all are written and matched together."""
    method = env.first(Option, Option.list_code == "crm_finance.payment_method", Option.code == "transfer")
    own = env.get(Company, env.company_id).currency
    base = {"method": method, "owner": people[story.accountant], "state": POSTED}
    paid: list[tuple[Any, dict[str, Any]]] = []
    for place, one in enumerate(one for one in plans if one.due_on <= env.today):
        if place % UNPAID == UNPAID - 1:
            continue
        day = min(one.due_on + timedelta(days=LATE[place % len(LATE)]), env.today)
        part = Decimal("0.5") if place % UNPAID == 2 else Decimal(1)
        account = accounts[0] if one.currency == own else None
        at = datetime.combine(day, time(10), env.timezone)
        paid.append((one, {
            **base, "customer": key_of(one, "customer"), "day": day, "currency": one.currency, "account": account,
            "exchange_rate": one.exchange_rate, "amount": one.amount * part, "posted_at": at,
            "reference": f"TT{day:%y%m%d}{place:03}",
        }))  # fmt: skip
    made = env.get_many(Receipt, env.create_many(Receipt, [row for _one, row in paid]))
    matching.record(env, [
        matching.payment(receipt, one, receipt.amount) | {"day": receipt.day}
        for (one, _row), receipt in zip(paid, made, strict=True)
    ])  # fmt: skip
    _exceptions(env, story, plans, {**base, "currency": own, "account": accounts[0], "posted_at": env.now})


def _exceptions(env: Env, story: Story, plans: Sequence[Any], base: Mapping[str, Any]) -> None:
    """An advance that belongs to no instalment yet, and the loss of a small rest."""
    last = next(one for one in reversed(plans) if one.currency == base["currency"])
    env.create(
        Receipt,
        **{
            **base,
            "kind": "advance",
            "customer": key_of(last, "customer"),
            "day": env.today,
            "amount": 20_000,
        },
    )
    late = [
        one for one in plans if one.is_open and one.due_on < env.today and one.currency == base["currency"]
    ]
    if late:
        matching.record(env, [matching.loss(late[0], Decimal(1000), story.reason)])
