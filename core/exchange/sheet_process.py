"""A workbook is parsed in a process of its own, with memory and time of its own: a script that imports nothing of ours.

A small file can ask for a great deal: a billion cells between two corners, one long text in a million cells. Whatever
it does, only this process ends. It writes a line of JSON per row: a list of cells, each a text; dates as ISO.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

REFUSED = 3


def main(path: str, sheet: str, megabytes: int, seconds: int) -> int:
    _limit(megabytes, seconds)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = workbook.sheet_names
            if sheet and sheet not in names:
                _say({"problem": "sheet", "names": names})
                return REFUSED
            _write(workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0))
    except (CalamineError, OSError, ValueError, IndexError) as error:
        _say({"problem": "damaged", "reason": str(error)})
        return REFUSED
    _say({"problem": None})
    return 0


def _say(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def _write(sheet: Any) -> None:
    """All rows from the sheet's first on: empty ones too, so that numbers are those that people see."""
    for row in sheet.iter_rows():
        _say([_text(cell) for cell in row])


def _text(cell: Any) -> str:
    """The cell as people would write it into a text file: 1984 and not 1984.0, a day without midnight."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _limit(megabytes: int, seconds: int) -> None:
    """Where the system has no such limits, those on the file's size and parts remain."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
