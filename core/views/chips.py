"""The conditions of a list in words, each with the address of the list without it; and what a group opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.i18n import LazyString, _, _p
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.views.choices import filter_choices
from core.views.filters import DATE_WORDS, MYSELF, NUMBERS, Filter, operator_label
from core.views.grouping import DATES, GroupChoice
from core.views.search import ListState

if TYPE_CHECKING:
    from core.orm.env import Env

Labels = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in words, and the address without it."""

    filter: Filter
    text: LazyString
    url: str


def chips(env: Env, state: ListState) -> list[Chip]:
    """The filters of a list in words; records that they name are looked up in one statement per model."""
    info = state.view.model
    labels = _labels(env, info, state.filters)
    return [
        Chip(known, filter_text(info, known, labels), state.without_filter(known).url())
        for known in state.filters
    ]


def filter_text(info: ModelInfo, condition: Filter, labels: Labels) -> LazyString:
    """A condition in words; a record without a label (no access) is shown by its number."""
    field = info.fields[condition.field]
    if condition.op == "empty":
        text = _("{field} is empty") if condition.value == "yes" else _("{field} is not empty")
        return text.format(field=field.label)
    return _(
        "{field} {operator} {value}",
        field=field.label,
        operator=operator_label(field, condition.op),
        value=_in_words(info, field, condition, labels),
    )


def group_filter(choice: GroupChoice, key: Any) -> Filter:
    """The condition that opens one group: `key` is the value, or the first day of the group."""
    name = choice.field.name
    if key is None:
        return Filter(name, "empty", "yes")
    if isinstance(key, date) and choice.unit is not None:
        return _span(name, key, choice.unit)
    if isinstance(key, bool):
        return Filter(name, "eq", "yes" if key else "no")
    return Filter(name, "eq", key.code if isinstance(key, State) else str(getattr(key, "id", key)))


def _span(name: str, first: date, unit: str) -> Filter:
    written = first.isoformat()[:10]
    if unit in ("month", "year", "day"):
        return Filter(name, "eq", {"month": written[:7], "year": written[:4], "day": written}[unit])
    if unit == "week":
        last = first + timedelta(days=6)
        return Filter(name, "between", f"{written}..{last.isoformat()[:10]}")
    return Filter(name, "between", f"{written[:7]}..{first.year:04}-{first.month + 2:02}")


def _labels(env: Env, info: ModelInfo, filters: tuple[Filter, ...]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for condition in filters:
        field = info.fields[condition.field]
        if field.kind in TO_ONE | TO_MANY and condition.op != "empty" and field.target_key is not None:
            ids = {int(part) for part in condition.value.split(",") if part != MYSELF}
            wanted.setdefault(field.target_key, set()).update(ids)
    return {
        (key, record): label
        for key, ids in wanted.items()
        if ids
        for record, label in env.labels(key, sorted(ids)).items()
    }


def _in_words(info: ModelInfo, field: Field, condition: Filter, labels: Labels) -> Any:
    if condition.op == "between":
        low, high = (_one(info, field, part, labels) for part in condition.value.split("..", 1))
        return _("{low} to {high}", low=low, high=high)
    if condition.op == "in":
        return [_one(info, field, part, labels) for part in condition.value.split(",")]
    return _one(info, field, condition.value, labels)


def _one(info: ModelInfo, field: Field, text: str, labels: Labels) -> Any:
    if not text:
        return "…"
    if field.kind in NUMBERS:
        return Decimal(text)
    if field.kind in DATES:
        return DATE_WORDS.get(text) or (date.fromisoformat(text) if len(text) == 10 else text)
    if field.kind in TO_ONE | TO_MANY:
        return (
            _p("value", "me")
            if text == MYSELF
            else labels.get((field.target_key or "", int(text)), f"#{text}")
        )
    return dict(filter_choices(field, info).values).get(text, text)
