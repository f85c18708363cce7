"""The columns of an export: which fields can be one, what stands above them, and what a row has in them.

For people a cell is a text in their language, a number, or a day in the company's zone. What a row points to is a name,
and nothing where the reader has no access. Programs get codes, numbers of records and moments in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from core.errors import BadRequest
from core.i18n import _, formatter
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field

Cell = str | int | Decimal | date | datetime | None
Link = tuple[int, str | None]
"""A record that another points to: number and name; no name where the reader has no access."""
Linked = Mapping[str, Mapping[int, Sequence[Link]]]
"""Field of many records -> record -> what it points to."""
MOST: Final = 200
SEPARATOR: Final = "; "
_NEVER: Final = frozenset({"secret", "json", "one2many"})
_OWN: Final = frozenset({"id", "version", "company", "deleted_at"})
"""The same for every row of a list, or added to each export anyway."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field in an export. `at` is the place of its value in the rows of a page; of many records there is none."""

    field: Field
    heading: str
    at: int | None

    @property
    def name(self) -> str:
        return self.field.name


def exportable(env: Env, info: ModelInfo) -> dict[str, Field]:
    """The fields that the caller may take out, by name: those that the caller may read."""
    readable = env.policy.readable(info)
    return {
        name: found
        for name, found in info.fields_for(env.addons).items()
        if name in readable and found.kind not in _NEVER and not (found.system and name in _OWN)
    }


def columns_of(env: Env, info: ModelInfo, names: Sequence[str]) -> list[Column]:
    """The columns of these fields, with the currency after an amount that has one of its own.

    BadRequest for a field that cannot be taken out, or no longer.
    """
    known, wanted = exportable(env, info), list[str]()
    for name in names:
        if name not in known:
            raise BadRequest(_("There is no column “{name}” here.", name=name[:60]))
        wanted.append(name)
        currency = known[name].currency
        if currency and currency in known and currency not in names:
            wanted.append(currency)
    wanted = list(dict.fromkeys(wanted))
    if not 0 < len(wanted) <= MOST:
        raise BadRequest(_("Please choose from 1 to {most} columns.", most=MOST))
    headings = headings_of([known[name] for name in wanted])
    found, at = [], 2
    for name, heading in zip(wanted, headings, strict=True):
        field = known[name]
        found.append(Column(field, heading, None if field.kind == "many2many" else at))
        at += {"many2many": 0}.get(field.kind, 2 if field.kind in TO_ONE else 1)
    return found


def headings_of(fields: Sequence[Field]) -> list[str]:
    """Labels in the reader's language, each once: a second one of the same words gets its name behind."""
    found: list[str] = []
    taken: set[str] = set()
    for field in fields:
        label = str(field.label).replace("{", "(").replace("}", ")")
        if label.casefold() in taken:
            label = f"{label} ({field.name})"
        taken.add(label.casefold())
        found.append(label)
    return found


def read_names(columns: Sequence[Column]) -> list[str]:
    """What to ask a page for."""
    return [column.name for column in columns if column.at is not None]


Write = Callable[[tuple[Any, ...]], Cell]


def cell_writer(env: Env, column: Column, linked: Callable[[], Linked]) -> Write:
    """What people see of the column, from a row of the page. `linked` is of the page in hand."""
    field, at = column.field, column.at
    if at is None:
        return lambda row: names_of(linked()[field.name][row[0]])
    if field.kind in TO_ONE:
        return lambda row: row[at + 1]
    plain = _plain_writer(env, field)
    return lambda row: None if row[at] is None else plain(row[at])


def _plain_writer(env: Env, field: Field) -> Callable[[Any], Cell]:
    language, zone = env.language, env.timezone
    if field.kind == "selection":
        labels = {code: label.translate(language) for code, label in field.choices}
        return lambda value: labels.get(value, value)
    if field.kind == "state":
        return lambda value: _state_label(value, language)
    if field.kind == "boolean":
        return formatter("boolean", language)
    if field.kind == "datetime":
        return lambda value: value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if field.kind == "file":
        return lambda value: str(value.name)
    if field.kind == "sentence":
        return lambda value: value.translate(language)
    return lambda value: value if isinstance(value, (str, int, Decimal, date)) else str(value)


def _state_label(state: State, language: str) -> str:
    return state.label if isinstance(state.label, str) else state.label.translate(language)


def names_of(found: Sequence[Link]) -> str | None:
    """The names of many records in one cell, those that the reader may see."""
    return SEPARATOR.join(name for _key, name in found if name is not None) or None


def numbers_of(found: Sequence[Link]) -> str | None:
    """Their numbers; nothing at all where one is hidden, for an import would take the list as the whole."""
    if any(name is None for _key, name in found):
        return None
    return SEPARATOR.join(str(key) for key, _name in found) or None
