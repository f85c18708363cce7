"""Days and points in time. Times are typed and shown in the company's zone and stored in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from core.i18n import formatter, parse_date, parse_datetime
from core.web.widgets.entry import Entry
from core.web.widgets.escaping import escaped


def cell(kind: str, at: int, language: str) -> Callable[[tuple[Any, ...]], str]:
    """A day, or a time in the reader's zone."""
    write = formatter("date" if kind == "date" else "datetime", language)
    return lambda row: "" if row[at] is None else escaped(write(row[at]))


class DateEntry(Entry):
    """A day; the browser shows its calendar."""

    input_type = "date"

    def text(self, value: Any) -> str:
        if isinstance(value, datetime):
            value = value.date()
        return value.isoformat() if isinstance(value, date) else ""

    def parse(self, text: str) -> Any:
        return parse_date(text) if text.strip() else None


class DateTimeEntry(Entry):
    """A point in time, to the minute."""

    input_type = "datetime-local"

    def text(self, value: Any) -> str:
        if not isinstance(value, datetime):
            return ""
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(self.setting.timezone).strftime("%Y-%m-%dT%H:%M")

    def parse(self, text: str) -> Any:
        return parse_datetime(text, self.setting.timezone) if text.strip() else None
