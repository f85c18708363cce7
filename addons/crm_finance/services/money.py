"""Amounts in their currency: only as exact as the currency is, with the rate of their day kept beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.api import Company, Env, LazyString, ValidationFailed, _, decimals_of, exchange_rate, rounded


def value_of(record: Any) -> Decimal:
    """The amount in company currency, by the rate that was kept."""
    return (record.amount or Decimal(0)) * (record.exchange_rate or Decimal(0))


def company_currency(env: Env) -> str:
    """The currency in which the company counts."""
    code: str = env.sudo(_("currency of the company")).get(Company, env.company_id).currency
    return code


def problem_of(amount: Decimal, currency: str) -> LazyString | None:
    """Why this is no amount of the currency; None where it is one."""
    if amount != rounded(amount, currency):
        digits = decimals_of(currency)
        return _("{currency} has no more than {n} decimals.", currency=currency, n=digits)
    return None


def check_amount(amount: Decimal, currency: str, field: str = "amount") -> None:
    """Raise ValidationFailed at `field` unless it is a positive amount of the currency."""
    if amount <= 0:
        raise ValidationFailed.at(field, _("The amount has to be more than zero."))
    if (problem := problem_of(amount, currency)) is not None:
        raise ValidationFailed.at(field, problem)


def fill_rates(env: Env, rows: Sequence[dict[str, Any]], day_field: str) -> None:
    """Keep the rate of the day with each new row that brings none of its own. Raises at "currency" without a rate."""
    known: dict[tuple[str, date], Decimal] = {}
    for row in rows:
        if row.get("exchange_rate") is None and row.get("currency"):
            asked = str(row["currency"]), row.get(day_field) or env.today
            if asked not in known:
                known[asked] = exchange_rate(env, *asked)
            row["exchange_rate"] = known[asked]


def shown(amount: Decimal, currency: str) -> str:
    """An amount within a sentence: `1200.00 CNY`."""
    return f"{rounded(amount, currency):f} {currency}"


def check_changed(env: Env, records: Sequence[Any], values: Sequence[Any]) -> None:
    """Changed amounts fit their currency, and the rate follows a changed currency. Reversals are not asked."""
    for record, new in zip(records, values, strict=True):
        if new.keys() & {"amount", "currency"} and getattr(record, "reverses_id", None) is None:
            check_amount(record.amount, record.currency)
        if new.keys() & {"currency", "day"} and hasattr(record, "exchange_rate") and "exchange_rate" not in new:
            record.exchange_rate = exchange_rate(env, record.currency, record.day)
