"""Currencies of ISO 4217: which there are, what they are called, and how exact their amounts are."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_name, get_currency_precision, get_territory_currencies

from core.i18n.catalogue import CORE_DOMAIN
from core.i18n.language import locale_of
from core.i18n.lazy import LazyString


class CurrencyName(LazyString):
    """A currency as people choose it, `CNY 人民币`; languages know the names by themselves, no catalogue does."""

    __slots__ = ()

    def __init__(self, code: str) -> None:
        super().__init__(CORE_DOMAIN, code)

    def translate(self, language: str) -> str:
        return f"{self.msgid} {get_currency_name(self.msgid, locale=locale_of(language))}"


@lru_cache(maxsize=1)
def currency_codes() -> tuple[str, ...]:
    """The currencies that people pay with somewhere today."""
    territories = Locale.parse("en").territories
    return tuple(sorted({code for one in territories for code in get_territory_currencies(str(one))}))


def decimals_of(code: str) -> int:
    """Decimals of amounts in a currency, an ISO code: 2 for most, 0 for yen, 3 for Kuwaiti dinars."""
    return get_currency_precision(code)


def rounded(amount: Decimal | int, code: str) -> Decimal:
    """The amount as exact as the currency is, half away from zero as it is shown and printed."""
    return Decimal(amount).quantize(Decimal(1).scaleb(-decimals_of(code)), ROUND_HALF_UP)
