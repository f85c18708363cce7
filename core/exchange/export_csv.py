"""CSV for spreadsheets: with a byte order mark, so that they read Chinese; texts that look like formulas guarded."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from core.exchange.columns import Cell
from core.exchange.export_table import Table
from core.exchange.spreadsheet_text import guarded


def write_csv(table: Table, path: Path, tell: Callable[[int], None]) -> None:
    """Write the table; `tell` is given the number of rows of each batch once they are written."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([guarded(heading) for heading in table.headings])
        for batch in table.batches():
            writer.writerows([_text(cell) for cell in row] for row in batch)
            tell(len(batch))


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return guarded(cell)
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def number_text(number: Decimal) -> str:
    """The number exactly, without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
