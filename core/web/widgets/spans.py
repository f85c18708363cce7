"""Spans of days, as people write them."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import format_date, format_skeleton

from core.i18n import formatter
from core.i18n.language import locale_of


def span_label(first: date, unit: str, language: str) -> str:
    """A day, week, month, quarter or year as people write it."""
    locale = locale_of(language)
    if unit == "day":
        return formatter("date", language)(first)
    if unit == "week":
        last = first + timedelta(days=6)
        write = formatter("date", language)
        return f"{write(first)} – {write(last)}"
    skeletons = {"month": "yMMM", "quarter": "yQQQ"}
    if unit in skeletons:
        return str(format_skeleton(skeletons[unit], first, locale=locale))
    return str(format_date(first, "y", locale=locale))
