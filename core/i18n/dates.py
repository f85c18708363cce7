"""Dates and times, written from CLDR patterns that are taken apart once per language and style."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC as STORED
from datetime import datetime, time
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import (
    DateTimeFormat,
    get_date_format,
    get_datetime_format,
    get_time_format,
    tokenize_pattern,
)

from core.i18n.language import UTC, current_time_zone, locale_of
from core.i18n.language import time_zone as zone_named
from core.i18n.numbers import Format

Style = Literal["short", "medium", "long", "full"]
_Part = Callable[[Any], Any]
KEPT: Final = 2_000
"""Days and moments whose text is kept, of each language and style."""

_NUMERIC: Final[dict[str, _Part]] = {
    "y": lambda moment: moment.year,
    "M": lambda moment: moment.month,
    "L": lambda moment: moment.month,
    "d": lambda moment: moment.day,
    "H": lambda moment: moment.hour,
    "h": lambda moment: moment.hour % 12 or 12,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
}


@lru_cache(maxsize=64)
def date_formatter(language: str, *, style: Style = "medium", zone: str | ZoneInfo | None = None) -> Format:
    """Days. A point in time is shown as the day it is in `zone`, by default the reader's."""
    locale = locale_of(language)
    written = _compile(str(get_date_format(style, locale).pattern), locale)
    day, moment = lru_cache(maxsize=KEPT)(written), _in_zone(written, zone)
    return lambda value: "" if value is None else moment(value) if isinstance(value, datetime) else day(value)


@lru_cache(maxsize=64)
def datetime_formatter(
    language: str, *, style: Style = "medium", seconds: bool = False, zone: str | ZoneInfo | None = None
) -> Format:
    """Points in time in `zone`, by default the reader's; a value without a zone is UTC, as everywhere."""
    locale = locale_of(language)
    clock = get_time_format("medium" if seconds else "short", locale).pattern
    pattern = str(get_datetime_format(style, locale=locale))
    pattern = pattern.replace("{0}", str(clock)).replace("{1}", str(get_date_format(style, locale).pattern))
    written = _in_zone(_compile(pattern, locale), zone)
    return lambda value: "" if value is None else written(value)


@lru_cache(maxsize=64)
def time_formatter(language: str, *, seconds: bool = False, zone: str | ZoneInfo | None = None) -> Format:
    """Times of day; a point in time is shown in `zone`, by default the reader's."""
    locale = locale_of(language)
    written = _compile(str(get_time_format("medium" if seconds else "short", locale).pattern), locale)
    moment = _in_zone(written, zone)
    return lambda value: (
        "" if value is None else moment(value) if isinstance(value, datetime) else written(value)
    )


def _in_zone(written: Format, zone: str | ZoneInfo | None) -> Format:
    """Points in time in `zone`. What comes from the database, in UTC, is kept, as people look at the same records
    again; of two equal moments in another zone one may be the hour that a change of the clocks repeats.
    """
    fixed = None if zone is None else zone_named(zone)
    kept = lru_cache(maxsize=KEPT)(lambda moment, shown_in: written(_local(moment, shown_in)))

    def write(moment: datetime) -> str:
        shown_in = fixed or current_time_zone()
        return kept(moment, shown_in) if moment.tzinfo is STORED else written(_local(moment, shown_in))

    return write


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the first or last hours that a datetime can hold
        return moment


def _compile(pattern: str, locale: Locale) -> Format:
    """A function that fills the fields of a CLDR pattern by one string operation."""
    template: list[str] = []
    parts: list[_Part] = []
    for kind, token in tokenize_pattern(pattern):
        if kind == "chars":
            template.append(str(token).replace("%", "%%"))
            continue
        letter, width = str(token[0]), int(token[1])
        place, part = _part(letter, width, locale)
        template.append(place)
        parts.append(part)
    text, getters = "".join(template), tuple(parts)
    return lambda moment: text % tuple([part(moment) for part in getters])


def _part(letter: str, width: int, locale: Locale) -> tuple[str, _Part]:
    if letter in _NUMERIC and width <= 2 and (letter, width) != ("y", 2):
        return ("%d" if width == 1 else "%02d"), _NUMERIC[letter]
    if letter in "ML" and width in (3, 4):
        context = "format" if letter == "M" else "stand-alone"
        months = locale.months[context]["abbreviated" if width == 3 else "wide"]
        return "%s", lambda moment: months[moment.month]
    if letter == "a":
        forenoon, afternoon = (str(DateTimeFormat(time(hour), locale)["a" * width]) for hour in (1, 13))
        return "%s", lambda moment: forenoon if moment.hour < 12 else afternoon
    name = letter * width
    return "%s", lambda moment: DateTimeFormat(moment, locale)[name]
