"""Instalments, invoices, payments, losses and expenses, as the account of an order tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_

from addons.crm_finance.models import Expense, Invoice, Matching, Receipt, Receivable
from addons.crm_finance.states import APPROVED, ISSUED, PAID, SUBMITTED
from addons.crm_sales.services.postings import Book, Posting, known
from core.api import Env, Option, aliased, case, func, literal, or_, select


def book(env: Env, orders: Any) -> Book:
    """What finance knows of the orders, a select of ids."""
    return Book(
        [*_instalments(env, orders), _payments(env, orders), _losses(env, orders), _invoices(env, orders),
         _expenses(env, orders)],
        {"to_receive": {"owed": 1, "received": -1, "written_off": -1}},
    )  # fmt: skip


def _instalments(env: Env, orders: Any) -> Sequence[Posting]:
    """One that was cancelled on the day of its booking, split for others, never counted."""
    one: Any = env.info(Receivable).cls
    mine, owed = one.order_id.in_(orders), known(env, Receivable.amount)
    same = {
        "order": one.order_id, "model": env.info(Receivable).key, "record": one.id, "place": one.id, "source": one,
        "number": env.seen(Receivable.number), "text": env.seen(Receivable.title),
        "needs": (Receivable.booked_on, Receivable.cancelled_on),
    }  # fmt: skip
    return [
        Posting(
            day=one.booked_on, kind=literal("instalment"), amounts={"owed": owed}, rank=20,
            where=(mine, or_(one.cancelled_on.is_(None), one.cancelled_on > one.booked_on)), **same,
        ),
        Posting(
            day=one.cancelled_on, kind=literal("cancelled_instalment"), amounts={"owed": -owed}, rank=80,
            where=(mine, one.cancelled_on > one.booked_on), **same,
        ),
    ]  # fmt: skip


def _payments(env: Env, orders: Any) -> Posting:
    """What pays the order's instalments, and what was taken back of it; each with the document that did it, as far as
    the caller may see that.
    """
    one, owed = env.info(Matching).cls, env.info(Receivable).cls
    money, refund, reversal = (aliased(env.info(Receipt).cls) for _role in range(3))
    is_refund = and_(one.amount < 0, one.undoes_id.is_(None), one.reason.is_(None))
    is_reversal = and_(one.amount < 0, one.undoes_id.is_(None), one.reason.is_not(None))
    taken_for = _refund_of(env, one)
    documents = [
        (money, money.id == one.receipt_id), (taken_for, is_refund), (refund, refund.id == taken_for.c.refund_id),
        (reversal, and_(is_reversal, reversal.reverses_id == one.receipt_id)),
    ]  # fmt: skip

    def told(name: str) -> Any:
        """Of the document that did it."""
        of = {one: getattr(one, name) for one in (money, refund, reversal)}
        return case((is_refund, of[refund]), (is_reversal, of[reversal]), else_=of[money])

    kind = case((is_refund, "refund"), (is_reversal, "reversal"), (one.amount < 0, "released"),
                (money.kind.in_(("advance", "opening")), "advance"), else_="receipt")  # fmt: skip
    day = case(
        (and_(one.amount < 0, one.undoes_id.is_not(None)), one.day), else_=func.coalesce(told("day"), one.day)
    )
    return Posting(
        order=owed.order_id, day=day, kind=kind, model=env.info(Receipt).key, record=told("id"), number=told("number"),
        amounts={"received": known(env, Matching.amount)}, source=one, perhaps=documents, rank=50, place=one.id,
        where=(owed.id == one.receivable_id, owed.order_id.in_(orders), one.kind == "payment"),
        text=func.coalesce(one.reason, told("reference"), told("remarks")),
        needs=(Matching.day, Matching.kind, Matching.reason, Receipt.day, Receipt.number, Receipt.kind,
               Receipt.reference, Receipt.remarks),
    )  # fmt: skip


def _refund_of(env: Env, taken: Any) -> Any:
    """The refund for which a payment was taken back: both are written one after the other, the receipt locked.

    It is joined, for then the database looks it up by its id; in the place of a value it reads all receipts there are.
    """
    other: Any = aliased(env.info(Matching).cls)
    return (
        select(other.refund_id)
        .where(other.kind == "refund", other.receipt_id == taken.receipt_id, other.amount == -taken.amount,
               other.id > taken.id)
        .order_by(other.id)
        .limit(1)
        .correlate(taken)
        .lateral("taken_for")
    )  # fmt: skip


def _losses(env: Env, orders: Any) -> Posting:
    """What is not expected any more, and with a minus what is expected again."""
    one, owed = env.info(Matching).cls, env.info(Receivable).cls
    return Posting(
        order=owed.order_id, day=one.day, kind=literal("write_off"), model=env.info(Receivable).key, record=owed.id,
        number=env.seen(Receivable.number), amounts={"written_off": known(env, Matching.amount)}, source=one, rank=60,
        where=(owed.id == one.receivable_id, owed.order_id.in_(orders), one.kind == "write_off"), place=one.id,
        text=env.seen(Matching.reason), needs=(Matching.day, Matching.kind),
    )  # fmt: skip


def _invoices(env: Env, orders: Any) -> Posting:
    one: Any = env.info(Invoice).cls
    return Posting(
        order=one.order_id, day=one.issued_on, kind=literal("invoice"), model=env.info(Invoice).key, record=one.id,
        number=env.seen(Invoice.number), amounts={"invoiced": known(env, Invoice.amount)}, source=one, rank=45,
        where=(one.order_id.in_(orders), one.state == ISSUED), place=one.id, text=env.seen(Invoice.invoice_number),
        needs=(Invoice.issued_on, Invoice.state),
    )  # fmt: skip


def _expenses(env: Env, orders: Any) -> Posting:
    one, kind = env.info(Expense).cls, env.info(Option).cls
    return Posting(
        order=one.order_id, day=one.day, kind=literal("expense"), model=env.info(Expense).key, record=one.id,
        number=env.seen(Expense.number), amounts={"expense": known(env, Expense.value)},
        source=one, perhaps=[(kind, kind.id == one.kind_id)], rank=75, place=one.id,
        where=(one.order_id.in_(orders), one.state.in_((SUBMITTED, APPROVED, PAID))),
        text=func.concat_ws(": ", env.seen(Option.name), env.seen(Expense.title)), needs=(Expense.day, Expense.state),
    )  # fmt: skip
