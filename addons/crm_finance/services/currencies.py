"""The currency that a company keeps its books in, and how exact others are."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision, list_currencies

from core.api import Company, LazyString, _, field


def company_currency(env: Any) -> str:
    """ISO 4217 code of the company in which the caller works."""
    code: str = env.sudo(_("currency of the company")).get(Company, env.company_id).currency
    return code


def currency(label: LazyString, **options: Any) -> Any:
    """A field that holds a currency, the company's unless another one is given."""
    return field(label, default=company_currency, max_length=3, **options)


def is_known(code: str) -> bool:
    """Whether it is a code of ISO 4217."""
    return code in list_currencies()


def decimals_of(code: str) -> int:
    """Decimals of amounts in a currency: 2 for most, 0 for yen, 3 for Kuwaiti dinars."""
    return get_currency_precision(code)


def rounded(amount: Decimal, code: str) -> Decimal:
    """The amount as exact as its currency is, half up."""
    return Decimal(amount).quantize(Decimal(1).scaleb(-decimals_of(code)), ROUND_HALF_UP)
