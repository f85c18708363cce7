"""Currencies of a company: its own, what others are worth in it, and the field that holds one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from core.auth.company_values import company_value
from core.auth.models import CurrencyRate
from core.auth.models.currency_rate import currency_choices
from core.errors import ValidationFailed
from core.i18n import LazyString, _
from core.i18n.currencies import decimals_of, rounded
from core.orm.env import Env
from core.orm.fields import MISSING, selection
from core.orm.trust import TRUSTED

__all__ = ["company_currency", "currency", "decimals_of", "exchange_rate", "exchange_rates", "rounded"]

_ONE: Final = Decimal(1)


def company_currency(env: Env) -> str:
    """ISO 4217 code of the currency in which the company keeps its books; the default of `currency()`."""
    return company_value(env, "currency", "currency")


def currency(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A field that holds a currency (ISO 4217), the company's own unless it says otherwise: what `money(currency=…)`
    names. Its amounts are shown with its sign and decimals.
    """
    known = company_currency if default is MISSING else default
    return selection(label, choices=currency_choices, default=known, **options)


def exchange_rate(env: Env, code: str, day: date | None = None) -> Decimal:
    """The company's currency for one unit of `code` on a day, today where none is given.

    Raises ValidationFailed at "currency" where no rate is known by then.
    """
    return exchange_rates(env, [code], day)[code]


def exchange_rates(env: Env, codes: Collection[str], day: date | None = None) -> dict[str, Decimal]:
    """The same for several currencies, in one statement. Everybody may know what others are worth."""
    own = company_currency(env)
    wanted = sorted({code for code in codes if code != own})
    found = {code: _ONE for code in codes if code == own}
    if not wanted:
        return found
    env.flush()
    rate = env.composition.info(CurrencyRate).cls
    statement = (
        select(rate.currency, rate.rate)
        .where(rate.company_id == env.company_id, rate.deleted_at.is_(None), rate.currency.in_(wanted))
        .where(rate.valid_from <= (day or env.today))
        .ext(distinct_on(rate.currency))
        .order_by(rate.currency, rate.valid_from.desc())
    )
    found |= {row.currency: row.rate for row in env.session.execute(statement, execution_options=TRUSTED)}
    for code in wanted:
        if code not in found:
            text = _(
                "No exchange rate of {currency} is known for {day}.", currency=code, day=day or env.today
            )
            raise ValidationFailed.at("currency", text)
    return found
