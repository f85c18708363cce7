"""By which character the cells of a text file are separated, and its rows one after the other.

`csv.Sniffer` guesses wrongly on short files and on quotes; here each candidate is tried on the first rows, and the one
that gives every row the width of the header wins. A tie is no answer: `Undecided` asks.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Collection, Generator
from contextlib import closing
from pathlib import Path
from typing import Final

from core.exchange.errors import FileRefused, Undecided
from core.i18n import _

SEPARATORS: Final = (",", ";", "\t", "|")
TRIED_ROWS: Final = 40
LONGEST_CELL: Final = 1_000_000
NAMES: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}

Rows = Generator[list[str], None, None]


def rows_of(path: Path, encoding: str, separator: str) -> Rows:
    """The rows as they are read, never the file at once. Line ends may be mixed and stand inside of quotes."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="strict", newline="") as stream:
        rows = csv.reader(stream, delimiter=separator, strict=True)
        while True:
            try:
                yield next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                line = rows.line_num
                raise FileRefused(
                    path.name,
                    _(
                        "line {line}: the quotes or cells are damaged ({reason}).",
                        line=line,
                        reason=str(error),
                    ),
                ) from error


def separator_of(path: Path, encoding: str, expected: Callable[[str], bool], asked: str | None = None) -> str:
    """The separator of a text file. `expected` knows the names of columns that somebody waits for.

    A file without any separator has one column.
    """
    if asked is not None:
        character = NAMES.get(asked.lower(), asked)
        if len(character) != 1 or character in '"\r\n':
            raise FileRefused(path.name, _("a separator is one character, not {text}.", text=asked[:20]))
        return character
    scores = {character: _score(path, encoding, character, expected) for character in SEPARATORS}
    best = max(scores.values())
    winners = [character for character, score in scores.items() if score == best]
    if best <= (0, 0, 1):
        return ","
    if len(winners) > 1:
        named = " ".join(_shown(character) for character in winners)
        raise Undecided(
            path.name,
            _("cells may be separated by any of {names}. Please name it: --separator.", names=named),
        )
    return winners[0]


def _shown(character: str) -> str:
    return "tab" if character == "\t" else character


def _score(
    path: Path, encoding: str, separator: str, expected: Callable[[str], bool]
) -> tuple[int, int, int]:
    """How well a separator fits: expected columns found, rows as wide as the header, width."""
    try:
        with closing(rows_of(path, encoding, separator)) as found:
            rows = [row for row in itertools.islice(found, TRIED_ROWS) if any(row)]
    except FileRefused:
        return (0, 0, 0)
    if not rows or len(rows[0]) < 2:
        return (0, 0, 1)
    width = len(rows[0])
    fitting = sum(1 for row in rows[1:] if len(row) == width)
    return (sum(1 for cell in rows[0] if expected(cell)), int(100 * fitting / max(len(rows) - 1, 1)), width)


def widest(names: Collection[str]) -> str:
    """Names of columns in one line of a message, cut where there are very many."""
    shown = [name[:40] for name in itertools.islice(names, 30)]
    return ", ".join(shown) + (" …" if len(names) > 30 else "")
