"""What a page offers for filtering by a field: operators in words, ready-made values, an input for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.i18n import LazyString, _p
from core.orm.compose import ModelInfo
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.views.filters import (
    CODES,
    DATE_WORDS,
    MYSELF,
    NUMBERS,
    YES_NO,
    Filter,
    operator_label,
    operators,
)
from core.views.grouping import DATES

Entry = Literal["text", "number", "date", "choice", "record", "yes_no"]

QUICK_DATES: Final = (
    "today",
    "this_week",
    "this_month",
    "last_month",
    "this_year",
    "last_7_days",
    "last_30_days",
)


@dataclass(frozen=True, slots=True)
class QuickFilter:
    """A condition ready to be clicked."""

    filter: Filter
    label: LazyString


@dataclass(frozen=True, eq=False, slots=True)
class FilterChoices:
    """How one field may be asked for. `entry` is the kind of input for a value of one's own.

    `values` are all values there are, of a field with few; `target` the model whose records are chosen from.
    """

    field: Field
    operators: tuple[tuple[str, LazyString], ...]
    quick: tuple[QuickFilter, ...]
    entry: Entry
    values: tuple[tuple[str, LazyString], ...] = ()
    target: str | None = None


def filter_choices(field: Field, info: ModelInfo | None = None) -> FilterChoices:
    """What to offer for `field`; `info` is its model and gives the states."""
    named = tuple((op, operator_label(field, op)) for op in operators(field))
    values = _values(field, info)
    quick = [QuickFilter(Filter(field.name, "eq", value), label) for value, label in values]
    if field.kind in DATES:
        quick += [QuickFilter(Filter(field.name, "eq", word), DATE_WORDS[word]) for word in QUICK_DATES]
    if field.kind in TO_ONE and field.target_key == "base.user":
        quick.append(QuickFilter(Filter(field.name, "eq", MYSELF), _p("value", "me")))
    if "empty" in operators(field) and field.kind in TO_ONE | TO_MANY | DATES | CODES:
        quick.append(QuickFilter(Filter(field.name, "empty", "yes"), _p("value", "empty")))
    target = field.target_key if field.kind in TO_ONE | TO_MANY else None
    return FilterChoices(field, named, tuple(quick), _entry(field), values, target)


def _values(field: Field, info: ModelInfo | None) -> tuple[tuple[str, LazyString], ...]:
    if field.kind == "boolean":
        return tuple(YES_NO.items())
    if field.kind == "state" and info is not None:
        return tuple(
            (
                state.code,
                state.label if isinstance(state.label, LazyString) else LazyString("core", state.label),
            )
            for state in info.states.values()
        )
    return tuple(field.choices)


def _entry(field: Field) -> Entry:
    if field.kind in NUMBERS:
        return "number"
    if field.kind in DATES:
        return "date"
    if field.kind in CODES:
        return "choice"
    if field.kind in TO_ONE | TO_MANY:
        return "record"
    return "yes_no" if field.kind == "boolean" else "text"
