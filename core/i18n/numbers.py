"""Numbers, money and shares, bound to a language once and then written without asking Babel again.

Babel says how a language writes a number; asking it for each of the 160 values of a list costs milliseconds.
So a sample is written once per language, currency and precision, and what surrounds its digits is kept. All
amounts are rounded half away from zero, as PostgreSQL's ``round`` does, so that what is shown equals what is
summed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
)

from core.i18n.language import locale_of

Format = Callable[[Any], str]

_SAMPLE: Final = Decimal(1234567)
_WRITTEN_SAMPLE: Final = re.compile(r"1,234,567(?:\.0+)?")
_EXACT: Final = Context(prec=100, rounding=ROUND_HALF_UP)
_COMPACT_UNIT: Final = re.compile(r"\d+")


@lru_cache(maxsize=64)
def integer_formatter(language: str) -> Format:
    """Whole numbers with separators between thousands."""
    before, after, minus_before, minus_after = _surroundings(
        lambda n: format_decimal(n, locale=locale_of(language))
    )

    def write(value: Any) -> str:
        if value is None:
            return ""
        text = f"{abs(value):,}"
        return f"{minus_before}{text}{minus_after}" if value < 0 else f"{before}{text}{after}"

    return write


@lru_cache(maxsize=64)
def number_formatter(language: str, *, digits: int | None = None, most_digits: int = 3) -> Format:
    """Numbers with exactly `digits` decimals, or with as many as needed up to `most_digits`."""
    around = _surroundings(lambda n: format_decimal(n, locale=locale_of(language)))
    return _writer(around, most_digits if digits is None else digits, trim=digits is None)


@lru_cache(maxsize=64)
def percent_formatter(language: str, *, digits: int | None = None, most_digits: int = 2) -> Format:
    """Shares, 0.25 as 25%, with exactly `digits` decimals, or with as many as needed up to `most_digits`."""
    around = _surroundings(lambda n: format_percent(n / 100, locale=locale_of(language)))
    write = _writer(around, most_digits if digits is None else digits, trim=digits is None)
    return lambda value: "" if value is None else write(_decimal(value).scaleb(2, _EXACT))


@lru_cache(maxsize=512)
def money_formatter(language: str, currency: str, *, digits: int | None = None) -> Format:
    """Amounts in one currency, an ISO code, with its usual decimals or exactly `digits`."""
    locale = locale_of(language)
    around = _surroundings(lambda n: format_currency(n, currency, locale=locale))
    return _writer(around, get_currency_precision(currency) if digits is None else digits, trim=False)


@lru_cache(maxsize=512)
def compact_money_formatter(language: str, currency: str, *, most_digits: int = 2) -> Format:
    """Large amounts in short, for charts: ¥1.2亿 and ¥35万 in Chinese, CN¥120M and CN¥350K in English."""
    locale = locale_of(language)
    plain = _writer(
        _surroundings(lambda n: format_currency(n, currency, locale=locale)), most_digits, trim=True
    )
    scales: list[tuple[Decimal, Format]] = [(Decimal(1), plain)]
    for power in range(3, 15):
        one = Decimal(1).scaleb(power)
        positive, negative = (
            format_compact_currency(sample, currency, locale=locale, fraction_digits=0)
            for sample in (one, -one)
        )
        digits, minus_digits = _COMPACT_UNIT.search(positive), _COMPACT_UNIT.search(negative)
        if digits is None or minus_digits is None or digits[0] != "1":
            continue  # 10万 is written with the unit of 1万
        around = (*_cut(positive, digits), *_cut(negative, minus_digits))
        scales.append((one, _writer(around, most_digits, trim=True)))
    scales.reverse()
    smaller = [size for size, _write in scales[1:]] + [Decimal(0)]
    # What would be written as 10,000万 after rounding belongs to the next unit already.
    least = [
        size - unit.scaleb(-most_digits) / 2 for (size, _write), unit in zip(scales, smaller, strict=True)
    ]

    def write(value: Any) -> str:
        if value is None:
            return ""
        amount = _decimal(value)
        for (size, writer), threshold in zip(scales, least, strict=True):
            if size == 1 or abs(amount) >= threshold:
                return writer(amount / size)
        raise AssertionError("the unit of one takes every amount")

    return write


def _writer(around: tuple[str, str, str, str], digits: int, *, trim: bool) -> Format:
    before, after, minus_before, minus_after = around
    unit = Decimal(1).scaleb(-digits)
    trim = trim and digits > 0

    def write(value: Any) -> str:
        if value is None:
            return ""
        try:
            rounded = (value if type(value) is Decimal else _decimal(value)).quantize(unit, context=_EXACT)
        except InvalidOperation:
            return str(value)
        text = f"{rounded.copy_abs():,f}"
        if trim:
            text = text.rstrip("0").rstrip(".")
        return f"{minus_before}{text}{minus_after}" if rounded < 0 else f"{before}{text}{after}"

    return write


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _surroundings(write: Callable[[Decimal], str]) -> tuple[str, str, str, str]:
    """What a language puts before and after the digits of a positive and of a negative number."""
    positive, negative = write(_SAMPLE), write(-_SAMPLE)
    return (
        *_cut(positive, _WRITTEN_SAMPLE.search(positive)),
        *_cut(negative, _WRITTEN_SAMPLE.search(negative)),
    )


def _cut(text: str, digits: re.Match[str] | None) -> tuple[str, str]:
    if digits is None:
        raise ValueError(f"a language that writes numbers as {text!r} needs a writer of its own")
    return text[: digits.start()], text[digits.end() :]
