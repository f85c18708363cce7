"""How long an operation takes and whom it makes wait, from what is to be done and the sizes of the tables.

The figures are for a small machine of two cores and a disk of its own, and on the careful side: a change of the
catalogue takes 10 ms; building an index goes through 200,000 rows a second, checking rows against a rule through
500,000, writing rows into an archive 20,000, and putting records into the bin, each with its history, 500. A process of
the next composition takes two seconds to start. What people wait for is the short part alone: the rest runs beside
their work.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.i18n import LazyString, _

CHANGE: Final = 0.01
GENERATION: Final = 2.0
INDEXED, CHECKED, ARCHIVED, BINNED = 200_000, 500_000, 20_000, 500


def effort(
    *,
    changes: int = 0,
    generation: bool = False,
    indexed: int = 0,
    checked: int = 0,
    archived: int = 0,
    binned: int = 0,
) -> float:
    """Seconds for so many changes of the catalogue and so many rows of each kind of work."""
    rows = indexed / INDEXED + checked / CHECKED + archived / ARCHIVED + binned / BINNED
    return round(changes * CHANGE + (GENERATION if generation else 0.0) + rows, 1)


def short_locks(tables: Iterable[str]) -> tuple[LazyString, ...]:
    """Changing a table's definition: milliseconds, but nobody reads or writes it meanwhile."""
    names = sorted(set(tables))
    words = _("For the moment of the change nobody reads or writes {tables}; rather than to make people wait for "
              "long it is given up and tried again.", tables=names)  # fmt: skip
    return (words,) if names else ()


def beside(tables: Iterable[str]) -> tuple[LazyString, ...]:
    """Indexes and checks that are made while people read and write."""
    names = sorted(set(tables))
    words = _("Afterwards indexes and checks are made while people go on working: {tables}", tables=names)
    return (words,) if names else ()
