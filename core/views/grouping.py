"""By what rows are put together: a field, or the day, week, month, quarter or year of a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.i18n import LazyString, _, _p
from core.orm.fields import Field, field_name
from core.views.layout import FieldRef

Unit = Literal["day", "week", "month", "quarter", "year"]

UNITS: Final[dict[str, LazyString]] = {
    "day": _p("unit", "day"),
    "week": _p("unit", "week"),
    "month": _p("unit", "month"),
    "quarter": _p("unit", "quarter"),
    "year": _p("unit", "year"),
}
DATES: Final = frozenset({"date", "datetime"})
GROUPABLE: Final = frozenset({"selection", "state", "option", "many2one", "boolean"}) | DATES


@dataclass(frozen=True, eq=False, slots=True)
class Grouping:
    """A date field by unit, as an author writes it."""

    field: FieldRef
    unit: Unit


def day(field: FieldRef) -> Grouping:
    """Rows of one day together."""
    return Grouping(field, "day")


def week(field: FieldRef) -> Grouping:
    """Rows of one week together; weeks begin on Monday."""
    return Grouping(field, "week")


def month(field: FieldRef) -> Grouping:
    """Rows of one month together."""
    return Grouping(field, "month")


def quarter(field: FieldRef) -> Grouping:
    """Rows of one quarter together."""
    return Grouping(field, "quarter")


def year(field: FieldRef) -> Grouping:
    """Rows of one year together."""
    return Grouping(field, "year")


@dataclass(frozen=True, eq=False, slots=True)
class GroupChoice:
    """One way of grouping a list offers. `key` stands in addresses: "state", "created_at:month"."""

    key: str
    field: Field
    unit: Unit | None
    label: LazyString


def group_key(reference: FieldRef | Grouping) -> str:
    """The key of what an author wrote."""
    if isinstance(reference, Grouping):
        return f"{field_name(reference.field)}:{reference.unit}"
    return field_name(reference)


def group_choice(key: str, fields: dict[str, Field]) -> GroupChoice | None:
    """The grouping that `key` names; None when there is no such field, or it cannot be grouped that way.

    A date without a unit is grouped by month.
    """
    name, _colon, unit = key.partition(":")
    found = fields.get(name)
    if found is None or found.kind not in GROUPABLE or not found.is_stored:
        return None
    if found.kind in DATES:
        unit = unit or "month"
        if unit not in UNITS:
            return None
        label = _("{field} by {unit}", field=found.label, unit=UNITS[unit])
        return GroupChoice(f"{name}:{unit}", found, unit, label)  # type: ignore[arg-type]
    return None if unit else GroupChoice(name, found, None, found.label)
