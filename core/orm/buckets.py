"""Spans of days: the one place that says what 'this week' and 'a month' are.

Filters, groups, charts and exports all use these, so that they agree. A day is the company's day; a week starts
on Monday.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, cast, func
from sqlalchemy.types import Date, DateTime

Span = tuple[date, date]
"""First day and the day after the last one."""

RELATIVE: Final = (
    "today", "yesterday", "tomorrow", "this_week", "last_week", "next_week", "this_month", "last_month",
    "next_month", "this_quarter", "this_year", "last_year", "last_7_days", "last_30_days", "next_7_days", "overdue",
)  # fmt: skip
BUCKETS: Final = ("day", "week", "month", "quarter", "year")


def _month(day: date, shift: int = 0) -> date:
    count = day.year * 12 + day.month - 1 + shift
    return date(count // 12, count % 12 + 1, 1)


def relative_span(word: str, today: date) -> Span | None:
    """The days that a word such as 'this_month' means today; None for any other word."""
    day = timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    quarter = _month(today, -((today.month - 1) % 3))
    spans: dict[str, Span] = {
        "today": (today, today + day),
        "yesterday": (today - day, today),
        "tomorrow": (today + day, today + 2 * day),
        "this_week": (monday, monday + 7 * day),
        "last_week": (monday - 7 * day, monday),
        "next_week": (monday + 7 * day, monday + 14 * day),
        "this_month": (_month(today), _month(today, 1)),
        "last_month": (_month(today, -1), _month(today)),
        "next_month": (_month(today, 1), _month(today, 2)),
        "this_quarter": (quarter, _month(quarter, 3)),
        "this_year": (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
        "last_year": (date(today.year - 1, 1, 1), date(today.year, 1, 1)),
        "last_7_days": (today - 6 * day, today + day),
        "last_30_days": (today - 29 * day, today + day),
        "next_7_days": (today, today + 7 * day),
        "overdue": (date(1900, 1, 1), today),
    }
    return spans.get(word)


def day_span(value: Any) -> Span:
    """The span of a day, a month ('2026-11') or a year ('2026') as written in addresses."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value, value + timedelta(days=1)
    text = str(value)
    if len(text) == 4:
        first = date(int(text), 1, 1)
        return first, date(first.year + 1, 1, 1)
    if len(text) == 7:
        first = date.fromisoformat(f"{text}-01")
        return first, _month(first, 1)
    first = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    return first, first + timedelta(days=1)


def bucket(column: Any, unit: str, timezone: str, *, has_time: bool) -> ColumnElement[date]:
    """The first day of the column's day, week, month, quarter or year in the company's zone."""
    local = func.timezone(timezone, column) if has_time else cast(column, DateTime(timezone=False))
    return cast(func.date_trunc(unit, local), Date)
