"""The account of a customer: what was open, what happened, what is open.

Every movement is one row of one of three models, on its own day: an instalment is booked and perhaps cancelled, a
document of money is posted, a loss is written off and perhaps brought back. A reversal is a document of its own. So the
closing balance of a period is its opening balance and its movements, and is the opening balance of the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Text, cast, null, union_all

from core.api import Env, case, func, literal, select


@dataclass(frozen=True)
class Account:
    """Whose account, in which currency, from which day to which day, both included."""

    customer_id: int
    currency: str
    since: date
    until: date


@dataclass(frozen=True)
class Movement:
    """One line: positive amounts are owed by the customer, negative ones were paid or given up."""

    day: date
    kind: str
    document: str
    text: str | None
    remark: str | None
    """What is for the company's own people only."""
    amount: Decimal
    balance: Decimal


def movements_of(env: Env, account: Account) -> Any:
    """All movements up to the end of the period, a subquery of day, kind, document, text, remark, amount, place."""
    parts = [*_booked(env, account), _money(env, account), _losses(env, account)]
    return union_all(*parts).subquery("movements")


def _booked(env: Env, account: Account) -> list[Any]:
    from addons.crm_finance.models import Receivable

    one: Any = env.info(Receivable).cls
    mine = (one.customer_id == account.customer_id, one.currency == account.currency)
    kept = one.cancelled_on.is_(None) | (one.cancelled_on > one.booked_on)
    label = case((one.kind == "opening", literal("opening")), else_=literal("instalment"))
    document = func.coalesce(one.source, one.number)
    return [
        select(one.booked_on.label("day"), label.label("kind"), document.label("document"), one.title.label("text"),
               cast(null(), Text).label("remark"), one.amount.label("amount"), (one.id * 4).label("place"))
        .where(*mine, kept, one.booked_on <= account.until),
        select(one.cancelled_on, literal("cancelled"), document, one.title, cast(null(), Text), -one.amount,
               one.id * 4 + 1)
        .where(*mine, one.cancelled_on > one.booked_on, one.cancelled_on <= account.until),
    ]  # fmt: skip


def _money(env: Env, account: Account) -> Any:
    from addons.crm_finance.models import Receipt

    one: Any = env.info(Receipt).cls
    signed = case((one.kind == "refund", one.amount), else_=-one.amount)
    kind = case((one.reverses_id.is_not(None), literal("reversal")), else_=one.kind)
    return select(one.day, kind, one.number, one.reference, one.remarks, signed, one.id * 4 + 2).where(
        one.customer_id == account.customer_id, one.currency == account.currency, one.state != "draft",
        one.day <= account.until,
    )  # fmt: skip


def _losses(env: Env, account: Account) -> Any:
    from addons.crm_finance.models import Matching

    one: Any = env.info(Matching).cls
    nothing = cast(null(), Text)
    return select(one.day, literal("write_off"), nothing, nothing, one.reason, -one.amount, one.id * 4 + 3).where(
        one.customer_id == account.customer_id, one.kind == "write_off", one.currency == account.currency,
        one.day <= account.until,
    )  # fmt: skip


def opening_and_closing(env: Env, account: Account) -> tuple[Decimal, Decimal, Decimal, Decimal, int]:
    """Opening balance, what came on, what went off, closing balance, and how many movements: one statement."""
    one = movements_of(env, account).c
    before = one.day < cast(literal(account.since), Date)
    total = func.coalesce(func.sum(one.amount), 0)
    opening, debit, credit, closing, count = env.rows(
        select(
            func.coalesce(func.sum(one.amount).filter(before), 0),
            func.coalesce(func.sum(one.amount).filter(~before, one.amount > 0), 0),
            func.coalesce(func.sum(one.amount).filter(~before, one.amount < 0), 0),
            total, func.count().filter(~before),
        )
    )[0]  # fmt: skip
    return opening, debit, credit, closing, count


def lines(env: Env, account: Account, opening: Decimal, limit: int, offset: int) -> Sequence[Movement]:
    """The movements of the period in the order of their days, each with the balance after it: one statement."""
    one = movements_of(env, account).c
    balance = func.sum(one.amount).over(order_by=(one.day, one.place))
    found = env.rows(
        select(one.day, one.kind, one.document, one.text, one.remark, one.amount, balance)
        .where(one.day >= account.since)
        .order_by(one.day, one.place)
        .limit(limit)
        .offset(offset)
    )
    return [
        Movement(day, kind, document or "", text, remark, amount, opening + after)
        for day, kind, document, text, remark, amount, after in found
    ]
