"""Amounts in their currency: only as exact as the currency is, with the rate of their day kept beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.currencies import company_currency, decimals_of, is_known, rounded
from core.api import Env, ValidationFailed, _


def value_of(record: Any) -> Decimal:
    """The amount in company currency, by the rate that was kept."""
    return (record.amount or Decimal(0)) * (record.exchange_rate or Decimal(0))


def check_amount(amount: Decimal, currency: str, field: str = "amount") -> None:
    """Raise ValidationFailed at `field` unless it is a positive amount of the currency."""
    if not is_known(currency):
        raise ValidationFailed.at("currency", _("There is no currency {code}.", code=currency))
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


def fill_rates(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """One for the company's currency; another currency comes with its rate, and keeps it.

    Raises ValidationFailed at "exchange_rate" where it is missing.
    """
    own = company_currency(env)
    for row in rows:
        if row.get("currency") == own:
            row["exchange_rate"] = Decimal(1)
        elif row.get("exchange_rate") is None:
            raise _without_rate(str(row.get("currency")))


def _without_rate(code: str) -> ValidationFailed:
    return ValidationFailed.at("exchange_rate", _("Please say what one {code} is worth.", code=code))


def check_changed(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """Changed amounts fit their currency, and the rate follows a changed currency. Reversals are not asked."""
    own = company_currency(env)
    for record, new in zip(records, values, strict=True):
        if new.keys() & {"amount", "currency"} and getattr(record, "reverses_id", None) is None:
            check_amount(record.amount, record.currency)
        if "currency" in new and hasattr(record, "exchange_rate"):
            if record.currency == own:
                record.exchange_rate = Decimal(1)
            elif "exchange_rate" not in new:
                raise _without_rate(record.currency)


def shown(amount: Decimal, currency: str) -> str:
    """An amount within a sentence: `1200.00 CNY`."""
    return f"{rounded(amount, currency):f} {currency}"
