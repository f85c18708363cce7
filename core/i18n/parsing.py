"""Reading what people type: numbers, days, points in time. ValueError explains what is not meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.i18n.language import LANGUAGES, time_zone
from core.i18n.lazy import _

_LONGEST: Final = 64
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d*)(?P<fraction>\.\d*)?(?P<unit>[万亿]?)", re.ASCII
)
_UNITS: Final = {"": 0, "万": 4, "亿": 8}
_DAY: Final = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))", re.ASCII
)
_CLOCK: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE
)


def parse_decimal(text: str, language: str) -> Decimal:
    """The exact number that `text` says; full-width digits, thousands commas, 1.5万, 2亿 are understood.

    Thousands commas must stand at thousands, so that a decimal comma is refused and not misread. No
    exponents, no infinities. Both languages write numbers alike; `language` must be one of them.
    """
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}")
    cleaned = _clean(text).replace(" ", "").replace("\N{MINUS SIGN}", "-")
    found = _NUMBER.fullmatch(cleaned)
    if found is None or not (found["whole"] or (found["fraction"] or "")[1:]):
        raise ValueError(_("“{text}” is not a number.", text=_shown(text)))
    digits = f"{found['sign']}{found['whole'].replace(',', '') or '0'}{(found['fraction'] or '').rstrip('.')}"
    number = Decimal(digits)
    return number.scaleb(_UNITS[found["unit"]]) if found["unit"] else number


def parse_date(text: str) -> date:
    """A day with its year first: 2026-11-21, 2026/11/21, 2026.11.21, 2026年11月21日 or 20261121.

    Other orders are refused because 03/04/2026 means two days; an import names its own pattern instead.
    """
    found = _DAY.fullmatch(_clean(text).replace(" ", ""))
    if found is None:
        raise ValueError(_("“{text}” is not a date. Please write it as 2026-11-21.", text=_shown(text)))
    year, _separator, *month_day = found.groups()
    month, day = (int(part) for part in month_day if part is not None)
    try:
        return date(int(year), month, day)
    except ValueError:
        raise ValueError(_("There is no such day: “{text}”.", text=_shown(text))) from None


def parse_datetime(text: str, tz: str | ZoneInfo) -> datetime:
    """A point in time, in UTC: a day as in `parse_date`, then 14:05, with seconds and offset where given.

    Without an offset it is meant in `tz`. An hour that the clock skipped there is refused; of an hour that
    came twice the first is taken.
    """
    cleaned = _clean(text)
    day_text, clock_text = _split(cleaned)
    clock = _CLOCK.fullmatch(clock_text)
    if clock is None:
        raise ValueError(_("“{text}” is not a time. Please write it as 2026-11-21 14:05.", text=_shown(text)))
    day = parse_date(day_text)
    hour, minute, second, fraction, offset = clock.groups()
    microsecond = int((fraction or "").ljust(6, "0"))
    try:
        local = datetime(day.year, day.month, day.day, int(hour), int(minute), int(second or 0), microsecond)
        if offset:
            return datetime.fromisoformat(f"{local.isoformat()}{offset.upper()}").astimezone(UTC)
        zone = time_zone(tz)
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        skipped = moment.astimezone(zone).replace(tzinfo=None) != local
    except (ValueError, OverflowError):
        raise ValueError(_("There is no such time: “{text}”.", text=_shown(text))) from None
    if skipped:
        raise ValueError(_("There is no such time: “{text}”.", text=_shown(text)))
    return moment


def _split(text: str) -> tuple[str, str]:
    clock_starts = re.search(r"(?<=\d)T(?=\d)|(?<=[\d日])\s+(?=\d{1,2}:)|(?<=日)(?=\d{1,2}:)", text)
    return (text[: clock_starts.start()], text[clock_starts.end() :]) if clock_starts else (text, "")


def _clean(text: str) -> str:
    """Without surrounding space, full-width forms made ordinary; '' when longer than any number or time."""
    return unicodedata.normalize("NFKC", text).strip() if len(text) <= _LONGEST else ""


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
