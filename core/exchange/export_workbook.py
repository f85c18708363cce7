"""A workbook whose cells have the type of their values. A text is a text whatever it looks like; there are no formulas.

Rows go to the disk as they come (`constant_memory`); a number that a spreadsheet could not hold exactly is a text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from core.exchange.columns import Cell
from core.exchange.export_csv import number_text
from core.exchange.export_table import Table

MOST_ROWS: Final = 1_048_575
"""Below the row of headings; what a sheet can hold."""
LONGEST_TEXT: Final = 32_767
CUT: Final = "…"
_EXACT: Final = 10**15
"""Up to here a spreadsheet, which counts in binary fractions, shows a whole number as it is."""
_FIRST_DAY: Final = date(1900, 3, 1)
"""Spreadsheets count days from 1900, with a 29 February that never was."""
_WIDEST: Final = 40


def write_workbook(table: Table, path: Path, title: str, tell: Callable[[int], None]) -> int:
    """Write the table as the one sheet of a workbook; gives the number of texts that a cell could not hold whole.

    `tell` is given the number of rows of each batch once they are written.
    """
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        book = Workbook(str(path), {
            "constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        })  # fmt: skip
        cut = _Sheet(book, title, table.headings).write(table, tell)
        book.close()
    return cut


class _Sheet:
    def __init__(self, book: Any, title: str, headings: Any) -> None:
        self._sheet = book.add_worksheet(_sheet_name(title))
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._cut = 0
        self._sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for at, heading in enumerate(headings):
            self._sheet.set_column(at, at, min(max(2 * len(heading), 12), _WIDEST))
        for at, heading in enumerate(headings):
            self._sheet.write_string(0, at, heading[:LONGEST_TEXT], bold)

    def write(self, table: Table, tell: Callable[[int], None]) -> int:
        at = 0
        for batch in table.batches():
            for row in batch:
                at += 1
                for column, cell in enumerate(row):
                    if cell is not None:
                        self._put(at, column, cell)
            tell(len(batch))
        return self._cut

    def _put(self, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(row, column, self._fitting(cell))
        elif isinstance(cell, (int, Decimal)):
            if is_exact(cell):
                self._sheet.write_number(row, column, float(cell))
            else:
                self._sheet.write_string(row, column, number_text(Decimal(cell)))
        elif isinstance(cell, datetime):
            self._date(row, column, cell, cell.date(), self._moment)
        elif cell is not None:
            self._date(row, column, cell, cell, self._day)

    def _date(self, row: int, column: int, cell: date, day: date, form: Any) -> None:
        if day < _FIRST_DAY:
            text = cell.isoformat(" ", "seconds") if isinstance(cell, datetime) else cell.isoformat()
            self._sheet.write_string(row, column, text)
        else:
            self._sheet.write_datetime(row, column, cell, form)

    def _fitting(self, text: str) -> str:
        if len(text) <= LONGEST_TEXT:
            return text
        self._cut += 1
        return text[: LONGEST_TEXT - 1] + CUT


def is_exact(number: int | Decimal) -> bool:
    """Whether a spreadsheet holds this very number: it has room for fifteen digits."""
    exact = Decimal(number)
    return abs(exact) < _EXACT and Decimal(repr(float(exact))) == exact


def _sheet_name(title: str) -> str:
    """At most 31 characters, none of those that separate sheets, files and cells."""
    name = "".join(" " if one in "[]:*?/\\'" else one for one in title).strip()
    return name[:31].strip() or "1"
