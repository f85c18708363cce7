"""Amounts in their currency: only as exact as the currency is, with the rate of their day kept beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.api import Env, ValidationFailed, _, decimals_of, exchange_rate, exchange_rates, rounded


def value_of(record: Any) -> Decimal:
    """The amount in company currency, by the rate that was kept."""
    return (record.amount or Decimal(0)) * (record.exchange_rate or Decimal(0))


def check_amount(amount: Decimal, currency: str, field: str = "amount") -> None:
    """Raise ValidationFailed at `field` unless it is a positive amount of the currency."""
    if amount <= 0:
        raise ValidationFailed.at(field, _("The amount has to be more than zero."))
    if amount != rounded(amount, currency):
        digits = decimals_of(currency)
        text = _("{currency} has no more than {n} decimals.", currency=currency, n=digits)
        raise ValidationFailed.at(field, text)


def check_amounts(rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for new rows; only a reversal has a minus."""
    for row in rows:
        if row.get("amount") is not None and row.get("currency") and row.get("reverses") is None:
            check_amount(Decimal(str(row["amount"])), str(row["currency"]))


def fill_rates(env: Env, rows: Sequence[dict[str, Any]], day_field: str) -> None:
    """Keep with each new row what its currency was worth on its day, unless the row says what it is worth.

    Raises ValidationFailed at "currency" where no rate is known.
    """
    without = [row for row in rows if row.get("exchange_rate") is None]
    by_day: dict[Any, list[dict[str, Any]]] = {}
    for row in without:
        by_day.setdefault(row.get(day_field), []).append(row)
    for day, some in by_day.items():
        known = exchange_rates(env, {str(row["currency"]) for row in some if row.get("currency")}, day)
        for row in some:
            row["exchange_rate"] = known.get(str(row.get("currency")))


def check_changed(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """Changed amounts fit their currency, and the rate follows a changed currency. Reversals are not asked."""
    for record, new in zip(records, values, strict=True):
        if new.keys() & {"amount", "currency"} and getattr(record, "reverses_id", None) is None:
            check_amount(record.amount, record.currency)
        if "currency" in new and "exchange_rate" not in new and hasattr(record, "exchange_rate"):
            record.exchange_rate = exchange_rate(env, record.currency, record.day)


def shown(amount: Decimal, currency: str) -> str:
    """An amount within a sentence: `1200.00 CNY`."""
    return f"{rounded(amount, currency):f} {currency}"
