"""Instalments of receivable plans: made, moved, split, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from addons.crm_base.models import Customer
from addons.crm_finance.hookspecs import receivable_split
from addons.crm_finance.services.departments import departments_of
from addons.crm_finance.services.money import check_amount, check_amounts, fill_rates
from addons.crm_finance.states import CANCELLED
from core.api import Env, StateForbids, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_finance.models import Receivable

_COPIED: Final = ("title", "source", "kind", "customer_id", "owner_id", "department_id", "booked_on", "currency",
                  "exchange_rate", "remarks")  # fmt: skip
FIXED: Final = ("amount", "currency", "customer", "booked_on")
"""What an account was told by: it stays."""


def complete(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Salesperson, department and rate of new instalments, where they bring none.

    The salesperson of the customer is in charge, unless somebody else is named than whoever enters it.
    """
    unnamed = [row for row in rows if _is_unnamed(env, row)]
    owners = _owners(env, unnamed)
    for row in unnamed:
        row["owner"] = owners.get(_id(row.get("customer")) or 0) or row.get("owner")
    check_amounts(rows)
    homes = departments_of(env, {key for row in rows if (key := _id(row.get("owner"))) is not None})
    for row in rows:
        if row.get("department") is None:
            row["department"] = homes.get(_id(row.get("owner")) or 0)
    fill_rates(env, rows, "booked_on")


def _is_unnamed(env: Env, row: Mapping[str, Any]) -> bool:
    owner = _id(row.get("owner"))
    return owner is None or (owner == env.user_id and not env.is_system)


def _owners(env: Env, rows: Sequence[Mapping[str, Any]]) -> dict[int, int | None]:
    wanted = {key for row in rows if (key := _id(row.get("customer"))) is not None}
    if not wanted:
        return {}
    found = env.sudo(_("salespeople of customers")).search(
        Customer, Customer.id.in_(wanted), limit=len(wanted)
    )
    return {one.id: key_of(one, "owner") for one in found}


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found


def refuse_changes(records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """The amount of an instalment stays, and so do the customer and the day of booking."""
    for _record, new in zip(records, values, strict=True):
        for name in FIXED:
            if name in new:
                text = _(
                    "This stays as it is: please cancel the instalment, or split it, and make another one."
                )
                raise ValidationFailed.at(name, text)


def reschedule(env: Env, instalments: Sequence[Receivable], to: date, reason: str) -> None:
    """Another due date; salespeople are told once, however many of theirs are moved."""
    told: dict[int, list[Any]] = {}
    for one in instalments:
        if to < one.booked_on:
            raise ValidationFailed.at("to", _("“{title}” was booked later than this day.", title=one.title))
        one.due_on, one.reminded_on = to, None
        owner = key_of(one, "owner")
        if owner not in (None, env.user_id):
            told.setdefault(owner or 0, []).append(one)
    for user, theirs in told.items():
        text = _("“{title}” is due on another day now: {reason}", title=theirs[0].title, reason=reason)
        if len(theirs) > 1:
            text = _(
                "{n} of your receivables are due on another day now: {reason}", n=len(theirs), reason=reason
            )
        env.notify([user], text, theirs[0] if len(theirs) == 1 else None)


def split(env: Env, instalment: Receivable, amount: Decimal, due_on: date) -> Any:
    """The new instalment of the amount; another one keeps the rest, the old one is cancelled."""
    check_amount(amount, instalment.currency)
    _refuse_touched(instalment)
    if amount >= instalment.amount:
        raise ValidationFailed.at("amount", _("It has to be less than the whole instalment."))
    values = {name.removesuffix("_id"): getattr(instalment, name) for name in _COPIED}
    system = env.sudo(_("split instalment"))
    rest, part = (
        {**values, "amount": instalment.amount - amount, "due_on": instalment.due_on},
        {**values, "amount": amount, "due_on": due_on},
    )
    made = system.get_many(type(instalment), system.create_many(type(instalment), [rest, part]))
    instalment.state, instalment.cancelled_on = CANCELLED, instalment.booked_on
    receivable_split(env=env, old=instalment, new=made)
    return made[1]


def cancel(env: Env, instalments: Iterable[Receivable], reason: str) -> None:
    """They are not owed any more; only what nothing was received for."""
    for one in instalments:
        _refuse_touched(one)
        one.cancelled_on = max(env.today, one.booked_on)
        one.cancel_reason = reason


def _refuse_touched(instalment: Any) -> None:
    if instalment.received or instalment.written_off:
        raise StateForbids(
            _("Money was received or written off for “{title}”: please release or refund it first.",
              title=instalment.title)
        )  # fmt: skip
