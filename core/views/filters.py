"""Conditions that come from outside: which operators a field has, and what a value may look like.

A filter is written `field:operator:value` in addresses. Here names, operators and values are checked
against the list; `env.condition` turns them into SQL. The values of `in` are separated by commas, those of
`between` by two dots, of which either may be missing. For days and moments a word such as `this_month`, a
month (2026-11) or a year stands for a span of days of the caller's calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.errors import BadRequest
from core.i18n import LazyString, _, _p, current_language, parse_date, parse_decimal
from core.orm.compose import composition
from core.orm.criteria import MAX_LIST_VALUES, MAX_VALUE_LENGTH
from core.orm.fields import TEXTS, TO_MANY, TO_ONE, Field
from core.views.grouping import DATES

NUMBERS: Final = frozenset({"integer", "decimal", "money"})
CODES: Final = frozenset({"selection", "state"})
NEVER: Final = frozenset({"secret", "file", "json", "one2many", "sentence"})

OPERATORS: Final[dict[str, LazyString]] = {
    "eq": _p("operator", "is"),
    "ne": _p("operator", "is not"),
    "contains": _p("operator", "contains"),
    "starts": _p("operator", "begins with"),
    "lt": _p("operator", "less than"),
    "le": _p("operator", "at most"),
    "gt": _p("operator", "more than"),
    "ge": _p("operator", "at least"),
    "between": _p("operator", "between"),
    "in": _p("operator", "is one of"),
    "empty": _p("operator", "is empty"),
}
_DATE_OPERATORS: Final = {
    "lt": _p("operator", "before"),
    "le": _p("operator", "until"),
    "gt": _p("operator", "after"),
    "ge": _p("operator", "from"),
}

DATE_WORDS: Final[dict[str, LazyString]] = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "this_week": _("this week"),
    "last_week": _("last week"),
    "next_week": _("next week"),
    "this_month": _("this month"),
    "last_month": _("last month"),
    "next_month": _("next month"),
    "this_quarter": _("this quarter"),
    "this_year": _("this year"),
    "last_year": _("last year"),
    "last_7_days": _("the last 7 days"),
    "last_30_days": _("the last 30 days"),
    "next_7_days": _("the next 7 days"),
    "overdue": _("overdue"),
}
"""The words of `core.orm.buckets.RELATIVE` as people read them."""

YES_NO: Final = {"yes": _p("value", "yes"), "no": _p("value", "no")}
MYSELF: Final = "me"
"""The caller, as the value of a reference to a user."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition, as texts; equal to another of the same texts."""

    field: str
    op: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}:{self.op}:{self.value}"


def operators(field: Field) -> tuple[str, ...]:
    """The operators of a field, the one people mean first; none for what cannot be asked for."""
    if field.kind in NEVER:
        return ()
    empty = () if field.required else ("empty",)
    if field.kind in TEXTS or field.kind == "translated":
        return ("contains", "eq", "ne", "starts", "in", *empty)
    if field.kind in NUMBERS:
        return ("eq", "ge", "le", "gt", "lt", "between", "ne", "in", *empty)
    if field.kind in DATES:
        return ("eq", "ge", "le", "gt", "lt", "between", "ne", *empty)
    if field.kind in CODES:
        return ("eq", "ne", "in", *empty)
    if field.kind in TO_ONE:
        return ("eq", "ne", "in", *empty)
    if field.kind in TO_MANY:
        return ("in", "eq")
    return ("eq", *empty)


def operator_label(field: Field, op: str) -> LazyString:
    """The operator in words, which differ for days."""
    return _DATE_OPERATORS.get(op, OPERATORS[op]) if field.kind in DATES else OPERATORS[op]


def filterable(field: Field) -> bool:
    """Whether people may ask for values of the field."""
    return bool(operators(field))


def orderable(field: Field) -> bool:
    """Whether a list can be ordered by the field: a text only where it is declared sortable."""
    if field.name == "id" or field.sortable:
        return True
    return field.is_stored and field.kind in NUMBERS | DATES | CODES | {"boolean"}


def parse_filter(text: str, fields: Mapping[str, Field]) -> Filter:
    """A filter of an address. Raises BadRequest naming what is wrong."""
    name, _colon, rest = text.partition(":")
    op, colon, value = rest.partition(":")
    if not op or (not colon and op != "empty"):
        raise BadRequest(
            _("“{text}” is not a filter. It is written field:operator:value.", text=shortened(text))
        )
    return checked_filter(name, op, value, fields)


def checked_filter(name: str, op: str, value: str, fields: Mapping[str, Field]) -> Filter:
    """The filter of these texts, when the list has such a field and the field takes such a value."""
    field = fields.get(name)
    known = operators(field) if field is not None else ()
    if field is None or not known:
        raise BadRequest(_("There is no filter “{name}” here.", name=shortened(name)))
    if op not in known:
        raise BadRequest(
            _("“{field}” cannot be asked for with “{operator}”.", field=field.label, operator=shortened(op))
        )
    checked_text(value)
    return Filter(name, op, _checked_value(field, op, value.strip()))


def checked_text(text: str) -> str:
    """The text, when it is no longer than allowed and can be stored. Raises BadRequest."""
    if len(text) > MAX_VALUE_LENGTH:
        raise BadRequest(
            _("The text is too long: at most {most} characters are possible.", most=MAX_VALUE_LENGTH)
        )
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest(_("The text contains characters that do not exist."))
    return text


def shortened(text: str) -> str:
    """Text from outside, short enough for a message, without what cannot be shown."""
    shown = text.encode("utf-8", "replace").decode()
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _checked_value(field: Field, op: str, value: str) -> str:
    if op == "empty":
        value = value or "yes"
        if value not in YES_NO:
            raise BadRequest(_("“{field}” is empty takes yes or no.", field=field.label))
        return value
    if op == "between":
        return _checked_range(field, value)
    parts = [part.strip() for part in value.split(",") if part.strip()] if op == "in" else [value]
    if not parts or not all(parts):
        raise BadRequest(_("The filter “{field}” has no value.", field=field.label))
    if len(parts) > MAX_LIST_VALUES:
        raise BadRequest(
            _("The filter “{field}” has more than {most} values.", field=field.label, most=MAX_LIST_VALUES)
        )
    return ",".join(_checked_part(field, part) for part in parts)


def _checked_range(field: Field, value: str) -> str:
    low, dots, high = (part.strip() for part in value.partition(".."))
    if not dots or not (low or high):
        raise BadRequest(_("“{field}”: write a range as from..to.", field=field.label))
    return "..".join(part and _checked_part(field, part, ranged=True) for part in (low, high))


def _checked_part(field: Field, text: str, *, ranged: bool = False) -> str:
    """The value as it stands in addresses: numbers without separators, days in ISO form."""
    try:
        if field.kind in NUMBERS:
            return _plain_number(field, text)
        if field.kind in DATES:
            return text if text in DATE_WORDS and not ranged else _iso_span(text)
        if field.kind in TO_ONE | TO_MANY:
            return text if text == MYSELF and field.target_key == "base.user" else str(_record_id(text))
        if text not in _codes(field, text):
            raise ValueError(text)
    except ValueError:
        raise BadRequest(
            _("“{value}” is not a value of “{field}”.", value=shortened(text), field=field.label)
        ) from None
    return text


def _codes(field: Field, text: str) -> Iterable[str]:
    """The values that a field with few of them may have; any text is one of another field."""
    if field.kind == "boolean":
        return YES_NO
    if field.kind == "selection":
        return dict(field.choices)
    return composition().info(field.model_key).states if field.kind == "state" else (text,)


def _plain_number(field: Field, text: str) -> str:
    number = parse_decimal(text, current_language())
    if field.kind != "integer":
        return f"{number:f}"
    if number != number.to_integral_value():
        raise ValueError(text)
    return str(int(number))


def _iso_span(text: str) -> str:
    """A day, or a month or year as 2026-11 or 2026."""
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text, re.ASCII) and not text.startswith("0000"):
        return text
    return parse_date(text).isoformat()


def _record_id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValueError(text)
    return int(text)
