"""The exchange rate that a document keeps: that of the day on which it got its currency, or one that was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.api import Env, exchange_rates


def fill_rates(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Rates for new documents without one. Raises ValidationFailed at "currency" where none is known."""
    without = [row for row in rows if row.get("exchange_rate") is None and row.get("currency")]
    if without:
        rates = exchange_rates(env, {row["currency"] for row in without})
        for row in without:
            row["exchange_rate"] = rates[row["currency"]]


def follow_currency(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """A document that gets another currency, or loses its rate, gets the rate of today."""
    changed = [
        record for record, new in zip(records, values, strict=True)
        if new.get("exchange_rate") is None and new.keys() & {"currency", "exchange_rate"}
    ]  # fmt: skip
    if changed:
        rates = exchange_rates(env, {record.currency for record in changed})
        for record in changed:
            record.exchange_rate = rates[record.currency]
