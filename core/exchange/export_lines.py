"""JSON Lines: one object a row, values as they are stored, so that going round changes nothing.

Numbers keep all their digits, moments are in UTC with offset, states and choices are codes, what a row points to is
its number and name. Translated texts come in all their languages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from core.exchange.columns import Column, Link
from core.exchange.export_rows import Row, Rows
from core.exchange.export_table import Table
from core.orm.fields import TO_ONE

NUMBER: Final = "id"
VERSION: Final = "version"
_NULL: Final = "null"


def write_lines(rows: Rows, path: Path, tell: Callable[[int], None]) -> None:
    """Write the rows; `tell` is given their number page after page."""
    texts: dict[str, Any] = {}
    translated = [column for column in rows.columns if column.field.kind == "translated"]
    writers = [_writer(column, rows, texts) for column in rows.columns]
    pattern = "".join(f", {json.dumps(column.name)}: %s" for column in rows.columns)
    pattern = f'{{"{NUMBER}": %d, "{VERSION}": %d{pattern}}}\n'
    with path.open("w", encoding="utf-8", newline="") as stream:
        for page in rows:
            ids = [row[0] for row in page]
            texts.update({column.name: rows.translations(column.name, ids) for column in translated})
            stream.writelines(pattern % (row[0], row[1], *[write(row) for write in writers]) for row in page)
            tell(len(page))


def write_table_lines(table: Table, path: Path, tell: Callable[[int], None]) -> None:
    """A table of groups: an object a row, the headings as names."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        for batch in table.batches():
            for cells in batch:
                pairs = zip(table.headings, cells, strict=True)
                stream.write(
                    "{" + ", ".join(f"{_text(name)}: {_plain(cell)}" for name, cell in pairs) + "}\n"
                )
            tell(len(batch))


def _writer(column: Column, rows: Rows, texts: dict[str, Any]) -> Callable[[Row], str]:
    name, kind, at = column.name, column.field.kind, column.at
    if at is None:
        return lambda row: _links(rows.linked[name][row[0]])
    if kind in TO_ONE:
        return lambda row: _link((row[at], row[at + 1])) if row[at] is not None else _NULL
    if kind == "translated":
        return lambda row: _text(texts[name].get(row[0]))
    return lambda row: _plain(row[at])


def _links(found: Sequence[Link]) -> str:
    """Nothing where one of them is hidden: a list that lacks some would pass for the whole."""
    if any(name is None for _key, name in found):
        return _NULL
    return f"[{', '.join(_link(one) for one in found)}]"


def _link(link: Link) -> str:
    key, name = link
    return _NULL if name is None else f'{{"{NUMBER}": {key}, "name": {_text(str(name))}}}'


def _plain(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if hasattr(value, "code"):
        return _text(value.code)
    if hasattr(value, "astimezone"):
        return _text(value.astimezone(UTC).isoformat())
    if hasattr(value, "isoformat"):
        return _text(value.isoformat())
    return _text(value if isinstance(value, str) else str(getattr(value, "name", value)))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
