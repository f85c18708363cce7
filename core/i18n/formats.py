"""One door to all ways of writing a value, for lists, forms, exports and messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from babel.dates import format_timedelta

from core.i18n.dates import date_formatter, datetime_formatter, time_formatter
from core.i18n.language import locale_of
from core.i18n.lazy import _
from core.i18n.numbers import (
    Format,
    compact_money_formatter,
    integer_formatter,
    money_formatter,
    number_formatter,
    percent_formatter,
)

Kind = Literal[
    "date",
    "datetime",
    "time",
    "relative",
    "number",
    "integer",
    "percent",
    "money",
    "compact_money",
    "boolean",
]

_YES, _NO, _JUST_NOW = _("Yes"), _("No"), _("just now")
_UNITS: Final = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)


@lru_cache(maxsize=1024)
def formatter(kind: Kind, language: str, **options: Any) -> Format:
    """A function that writes one value of `kind` in `language`; ask once per column, call once per row.

    None is written as ''. What each kind takes, and its options:

    * ``date``, ``datetime``, ``time``: `zone` (default: the reader's at each call), `style` (short, medium,
      long, full; not for time), `seconds` (not for date).
    * ``relative``: a timedelta from now, negative for the past, or an aware datetime; written as "3 days
      ago".
    * ``integer``; ``number``: `digits` exactly, or `most_digits`; ``percent``: the same, 0.25 is 25%.
    * ``money``, ``compact_money``: an amount where `currency` is given here, else a pair (amount, currency).
    * ``boolean``.

    Raises ValueError for an unknown kind or language and TypeError for an unknown option.
    """
    match kind:
        case "date":
            return date_formatter(language, **options)
        case "datetime":
            return datetime_formatter(language, **options)
        case "time":
            return time_formatter(language, **options)
        case "relative":
            return _relative(language, **options)
        case "integer":
            return integer_formatter(language, **options)
        case "number":
            return number_formatter(language, **options)
        case "percent":
            return percent_formatter(language, **options)
        case "money" | "compact_money":
            return _money(kind, language, **options)
        case "boolean":
            return _boolean(language, **options)
    raise ValueError(f"unknown kind of format {kind!r}")


def _money(kind: str, language: str, *, currency: str | None = None, **options: Any) -> Format:
    of_currency = money_formatter if kind == "money" else compact_money_formatter
    if currency is not None:
        return of_currency(language, currency, **options)

    def write(value: tuple[Any, str] | None) -> str:
        if value is None or value[0] is None:
            return ""
        return of_currency(language, value[1], **options)(value[0])

    return write


def _boolean(language: str) -> Format:
    return lambda value: "" if value is None else (_YES if value else _NO).translate(language)


def _relative(language: str) -> Format:
    def write(value: timedelta | datetime | None) -> str:
        if value is None:
            return ""
        away = value - datetime.now(UTC) if isinstance(value, datetime) else value
        seconds = int(away.total_seconds())
        if abs(seconds) < 60:
            return _JUST_NOW.translate(language)
        for unit, size in _UNITS:
            if abs(seconds) >= size:
                return _distance(abs(seconds) // size * (1 if seconds > 0 else -1), unit, size, language)
        raise AssertionError("a minute or more has a unit")

    return write


@lru_cache(maxsize=4096)
def _distance(count: int, unit: Any, size: int, language: str) -> str:
    away = timedelta(seconds=count * size)
    return str(
        format_timedelta(away, granularity=unit, threshold=1, add_direction=True, locale=locale_of(language))
    )
