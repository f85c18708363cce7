"""A source of rows: one file, its header found, its rows as an iterator with the numbers that a spreadsheet shows."""

from __future__ import annotations

import itertools
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from core.exchange.decoding import encoding_of
from core.exchange.errors import FileRefused
from core.exchange.separating import Rows, rows_of, separator_of, widest
from core.exchange.spreadsheet_text import unguarded
from core.exchange.workbook import is_workbook, sheet_rows
from core.i18n import _

MAX_COLUMNS: Final = 1000
LONGEST_LINE: Final = 4_000_000
JOINED: Final = "; "
"""Between the numbers of several records in one cell."""
LINES: Final = ".jsonl"
ROW_COLUMN: Final = "keyuan_row"
REASON_COLUMN: Final = "keyuan_reason"
"""Columns that the report adds to wrong rows; a file that has the first is one of ours coming back."""
NUMBER_COLUMN: Final = "keyuan_id"
GUARDED_NUMBER_COLUMN: Final = "keyuan_id_csv"
"""The numbers of exported records. Under the second name texts are guarded: the file was written as CSV."""


def folded(name: str) -> str:
    """A column's name as it is compared: width, case and spaces around make no difference."""
    return unicodedata.normalize("NFKC", name.replace("\ufeff", "")).strip().casefold()


@dataclass(frozen=True, slots=True)
class Format:
    """What the user says about a file; what is left out is found by evidence."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` counts records from the header's 1 on, as a spreadsheet does."""

    number: int
    cells: Mapping[str, str]
    """Folded column name -> text as in the file."""
    surplus: int = 0
    """How many cells stand beyond the header's last column."""


class Source:
    """A file with a header. Opening it reads the beginning; iterating reads the rest, as often as wanted."""

    def __init__(self, path: Path, name: str, form: Format, expected: Sequence[str] = ()) -> None:
        self.path, self.name, self._form = path, name, form
        if not path.is_file():
            raise FileRefused(name, _("there is no such file in the folder."))
        known = {folded(one) for one in expected}
        self.is_workbook = is_workbook(path)
        self.encoding = self.separator = None
        if not self.is_workbook:
            self.encoding = encoding_of(path, form.encoding)
            self.separator = separator_of(
                path, self.encoding, lambda cell: folded(cell) in known, form.separator
            )
        self.header = self._header()
        columns = {folded(name) for name in self.header}
        self._is_guarded = bool(columns & {ROW_COLUMN, GUARDED_NUMBER_COLUMN})

    def _lines(self) -> Rows:
        if self.encoding is None or self.separator is None:
            return sheet_rows(self.path, self._form.sheet)
        return rows_of(self.path, self.encoding, self.separator)

    def _header(self) -> list[str]:
        with closing(self._lines()) as lines:
            header = next((line for line in lines if any(cell.strip() for cell in line)), None)
        if header is None:
            raise FileRefused(self.name, _("the file is empty."))
        while header and not header[-1].strip():
            header.pop()
        if len(header) > MAX_COLUMNS:
            raise FileRefused(self.name, _("there are more than {count} columns.", count=MAX_COLUMNS))
        names = [folded(name) for name in header if name.strip()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise FileRefused(self.name, _("the header has a column twice: {names}.", names=widest(twice)))
        return [name.replace("\ufeff", "").strip() for name in header]

    def __iter__(self) -> Iterator[Row]:
        """The rows below the header; empty ones are left out, their numbers are not given to others."""
        names = [folded(name) for name in self.header]
        back = unguarded if self._is_guarded else str
        numbered = ((n, line) for n, line in enumerate(self._lines(), start=1))
        body = itertools.dropwhile(lambda item: not any(cell.strip() for cell in item[1]), numbered)
        next(body, None)
        for number, line in body:
            if any(cell.strip() for cell in line):
                cells = {name: back(cell) for name, cell in zip(names, line, strict=False) if name}
                surplus = sum(1 for cell in line[len(names) :] if cell.strip())
                yield Row(number, cells, surplus)

    def count(self) -> int:
        """How many rows there are, by reading the file once."""
        return sum(1 for _row in self)


class InlineSource:
    """Rows that stand in the mapping itself: a director, the stages of a process."""

    def __init__(self, name: str, rows: Sequence[Mapping[str, str]]) -> None:
        self.name, self._rows = name, rows
        self.header = list(dict.fromkeys(column for row in rows for column in row))

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(self._rows, start=1):
            yield Row(number, {folded(column): text for column, text in row.items()})

    def count(self) -> int:
        return len(self._rows)


class LinesSource:
    """JSON Lines as our exports write them: an object a row; what is in an object gets a name after a dot.

    {"id": 5, "name": "A", "tags": [{"id": 1}, {"id": 2}]}  ->  id: 5, name: A, tags.id: 1; 2
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        if not path.is_file():
            raise FileRefused(name, _("there is no such file in the folder."))
        self.header = list(dict.fromkeys(column for _n, cells in self._rows() for column in cells))

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        with self.path.open(encoding="utf-8-sig", errors="strict", newline="\n") as stream:
            for number, line in enumerate(_lines_of(stream, self.name), start=1):
                if line.strip():
                    yield number, _cells_of(line, number, self.name)

    def __iter__(self) -> Iterator[Row]:
        for number, cells in self._rows():
            yield Row(number, {folded(column): text for column, text in cells.items()})

    def count(self) -> int:
        """How many rows there are, by reading the file once."""
        return sum(1 for _row in self._rows())


def _lines_of(stream: IO[str], name: str) -> Iterator[str]:
    while True:
        try:
            line = stream.readline(LONGEST_LINE + 1)
        except UnicodeDecodeError as error:
            raise FileRefused(name, _("the text is not UTF-8.")) from error
        if len(line) > LONGEST_LINE:
            raise FileRefused(name, _("a line is longer than {most} characters.", most=LONGEST_LINE))
        if not line:
            return
        yield line


def _cells_of(line: str, number: int, name: str) -> dict[str, str]:
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise FileRefused(name, _("line {line} is not JSON.", line=number)) from error
    if not isinstance(found, dict) or len(found) > MAX_COLUMNS:
        raise FileRefused(name, _("line {line} is not an object with columns.", line=number))
    cells: dict[str, str] = {}
    for column, value in found.items():
        cells |= _flat(column, value)
    return cells


def _flat(column: str, value: Any) -> dict[str, str]:
    """The texts of one value. A record is told by its number; texts in several languages stay together."""
    if value is None:
        return {column: "", f"{column}.id": ""}
    if isinstance(value, dict) and "id" in value:
        return {column: str(value.get("name") or ""), f"{column}.id": str(value["id"])}
    if isinstance(value, list) and all(isinstance(one, dict) and "id" in one for one in value):
        numbers = JOINED.join(str(one["id"]) for one in value)
        return {column: JOINED.join(str(one.get("name") or "") for one in value), f"{column}.id": numbers}
    if isinstance(value, bool):
        return {column: "true" if value else "false"}
    return {column: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}


AnySource = Source | InlineSource | LinesSource
