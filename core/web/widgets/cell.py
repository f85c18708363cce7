"""A value's way onto the page: one function per column, bound once to language and place, called for every row.

Chameleon would look up names and quote again for each of a list's 800 cells; a bound function and one string
operation per row cost a hundredth of that. Everything that is not markup of ours goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from core.i18n import formatter
from core.orm.compose import composition
from core.orm.fields import TO_ONE, Field
from core.web.widgets import choices, files, moments, numbers, relations, texts
from core.web.widgets.escaping import all_escaped

Write = Callable[[tuple[Any, ...]], str]
"""From a row of `env.page` to the HTML of one cell."""

Column = Callable[[Sequence[tuple[Any, ...]]], Sequence[str]]
"""The same for all rows of a list at once."""

START: Final = 2
"""The first cell of a row after id and version."""


@dataclass(frozen=True, slots=True)
class Place:
    """For whom and where values are written. `whole` shows long texts whole; `linked` makes links of references."""

    language: str
    currency: str
    whole: bool = False
    linked: bool = True


class Cells:
    """The columns of one list or form: what to ask `env.page` for, and how each value is written."""

    def __init__(self, fields: Sequence[Field], place: Place) -> None:
        wanted = {field.name: field for field in fields}
        self.names: tuple[str, ...] = tuple(wanted | {f.currency: None for f in fields if f.currency})
        self.offsets: dict[str, int] = {}
        at = START
        model_fields = _fields_of(fields)
        for name in self.names:
            self.offsets[name] = at
            at += 2 if (wanted.get(name) or model_fields[name]).kind in TO_ONE else 1
        self.width = at
        self.writers: dict[str, Write] = {
            name: writer(field, self.offsets[name], self._currency(field, model_fields), place)
            for name, field in wanted.items()
        }

    def _currency(self, field: Field, fields: Mapping[str, Field]) -> int | None:
        """Where the row holds the amount's currency; None for the company's."""
        if not field.currency:
            return None
        return self.offsets[field.currency] + (fields[field.currency].kind in TO_ONE)

    def write(self, row: tuple[Any, ...]) -> dict[str, Markup]:
        """All values of one row as HTML."""
        return {name: Markup(write(row)) for name, write in self.writers.items()}  # noqa: S704 - writers escape

    def value(self, row: tuple[Any, ...], name: str) -> Any:
        """The plain value: the id for a reference."""
        return row[self.offsets[name]]

    def label(self, row: tuple[Any, ...], name: str) -> str | None:
        """The label of a reference; None where the caller may not see it."""
        found: str | None = row[self.offsets[name] + 1]
        return found

    def column(self, field: Field, place: Place) -> Column:
        """The function that writes this field's cells of many rows."""
        currency_at = self._currency(field, _fields_of([field]))
        return column(field, self.offsets[field.name], currency_at, place)


def _fields_of(fields: Sequence[Field]) -> Mapping[str, Field]:
    return composition().info(fields[0].model_key).fields if fields else {}


def column(field: Field, at: int, currency_at: int | None, place: Place) -> Column:
    """As `writer` does each; what most columns of a list are is escaped all at once."""
    kind = field.kind
    if kind in TO_ONE:
        return relations.column(field, at, place.linked, place.language)
    if kind in ("date", "datetime"):
        said = formatter("date" if kind == "date" else "datetime", place.language)
        return lambda rows: all_escaped([said(row[at]) for row in rows])
    if kind == "money" and currency_at is None:
        amount = formatter("money", place.language, currency=place.currency)
        return lambda rows: all_escaped([amount(row[at]) for row in rows])
    if kind in ("text", "number"):
        return lambda rows: all_escaped([row[at] for row in rows])
    write = writer(field, at, currency_at, place)
    return lambda rows: [write(row) for row in rows]


def writer(field: Field, at: int, currency_at: int | None, place: Place) -> Write:
    """The function that writes this field's cell."""
    kind = field.kind
    if kind in TO_ONE:
        return relations.cell(field, at, place.linked, place.language)
    if kind == "money":
        return numbers.money_cell(at, currency_at, place.language, place.currency)
    if kind in ("integer", "decimal"):
        return numbers.cell(field, at, place.language)
    if kind in ("date", "datetime"):
        return moments.cell(kind, at, place.language)
    if kind in ("selection", "state", "boolean"):
        return choices.cell(field, at, place.language, place.whole)
    if kind == "file":
        return files.cell(field, at, place.linked)
    return texts.cell(field, at, place.whole, place.linked)
