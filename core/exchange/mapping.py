"""A mapping: which column of which file goes into which field of which record. Plain data, read from TOML.

    source = "sales-pipeline"                   the other system, in whose name external keys are kept
    [[file]]                                    files in the order in which they are read
    name = "accounts.csv"
    [file.corrections.sector]                   typing errors, put right before anything else looks at the cell
    technolgy = "technology"
    [[file.record]]                             each row may make several records
    model = "crm_base.customer"
    key = "{account}"                           under this key it is found again
    [file.record.fields]
    name = "account"                            short for { column = "account" }
    phone = { required = false }                not required for imported rows

`docs/how-to/import.md` explains every word. What is said here is checked against models in `checking.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from core.exchange.errors import MappingError
from core.exchange.locating import Lines
from core.exchange.locating import Path as Place
from core.exchange.reading import Format, folded
from core.i18n import LazyString

_COLUMN: Final = re.compile(r"\{([^{}]+)\}")
Empty = Literal["model", "blank"]


@dataclass(frozen=True, slots=True)
class Template:
    """A text with columns in braces: "{first} {last}". Without braces it is always the same text."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(_COLUMN.findall(self.text))

    def filled(self, cells: Mapping[str, str]) -> str:
        """The text for a row; empty when every column in it is empty."""
        names = self.columns
        if names and not any(cells.get(folded(name)) for name in names):
            return ""
        return _COLUMN.sub(lambda found: cells.get(folded(found[1]), ""), self.text).strip()


@dataclass(frozen=True, slots=True)
class Condition:
    """A question to the cell of a column: is it one of some texts, or empty?"""

    column: str
    values: frozenset[str] = frozenset()
    negated: bool = False

    def holds(self, cells: Mapping[str, str]) -> bool:
        return (cells.get(folded(self.column), "") in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Lookup:
    """The field points to a record: found by its external key, or by one of its fields."""

    model: str
    key: Template | None = None
    by: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where the value of one field comes from, and what is done with it on the way."""

    name: str
    place: Place
    text: Template | None = None
    """What the value is made of; None for a rule that only says `required = false`."""
    lookup: Lookup | None = None
    choices: Mapping[str, str] | None = None
    otherwise: str | None = None
    formats: tuple[str, ...] = ()
    default: str | None = None
    empty: Empty = "model"
    required: bool = True
    create: bool = False
    decimal_comma: bool = False
    lower: bool = False
    upper: bool = False
    replace: Mapping[str, str] = field(default_factory=dict)
    split: str | None = None
    part: int | None = None
    this_company: bool = False
    only_when: tuple[Condition, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the rule reads."""
        texts = [self.text, self.lookup.key if self.lookup else None]
        named = [column for text in texts if text is not None for column in text.columns]
        return (*named, *(condition.column for condition in self.only_when))

    @property
    def shown_column(self) -> str:
        """The column that a message points to."""
        return next(iter(self.columns), self.name)


@dataclass(frozen=True, slots=True)
class RecordRule:
    """One record that a row makes, or changes when it was made before."""

    model: str
    place: Place
    key: Template | None
    match: tuple[str, ...]
    fields: tuple[FieldRule, ...]
    only_when: tuple[Condition, ...] = ()
    skip_when: tuple[Condition, ...] = ()
    number: Template | None = None
    """The record's own number, as our exports have it; a row without one is a new record."""

    def applies(self, cells: Mapping[str, str]) -> bool:
        """Whether this row makes this record at all."""
        if not all(condition.holds(cells) for condition in self.only_when):
            return False
        return not any(condition.holds(cells) for condition in self.skip_when)

    @property
    def columns(self) -> Iterator[str]:
        for template in (self.key, self.number):
            yield from template.columns if template is not None else ()
        for rule in self.fields:
            yield from rule.columns
        for condition in (*self.only_when, *self.skip_when):
            yield condition.column


@dataclass(frozen=True, slots=True)
class FileRule:
    """One file, or rows that the mapping brings itself, and the records they make."""

    name: str
    place: Place
    form: Format
    inline: tuple[Mapping[str, str], ...] | None
    aliases: Mapping[str, tuple[str, ...]]
    corrections: Mapping[str, Mapping[str, str]]
    records: tuple[RecordRule, ...]

    @property
    def columns(self) -> list[str]:
        """Names of all columns that are read, each once."""
        return list(dict.fromkeys(column for record in self.records for column in record.columns))


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A whole mapping with the places of its parts."""

    name: str
    title: str
    source: str
    files: tuple[FileRule, ...]
    lines: Lines

    def error(self, place: Place, problem: LazyString) -> MappingError:
        """A mistake at a place, with its line."""
        return MappingError(problem, file=self.name, line=self.lines.of(place))
