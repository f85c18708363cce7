"""A list ordered by state: one stretch of rows after another, each in the order of an index that is there anyway.

The place of a state follows from its declaration and no index knows it: to order a million leads by it, all of them
would be read (measured at 200,000 rows: 130 ms). The rows of one state by id are one read of the index on the state,
so each state gives as many rows as the page has, and the page is cut from these few.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, cast, literal_column, null, or_

UNKNOWN: Final = 0
"""The place of rows whose value is empty, or not known any more: before all others upwards, as in other lists."""


class Stretch(NamedTuple):
    """The rows of one value. `position` is what the list is ordered by: empty for `UNKNOWN`."""

    place: int
    condition: Any
    position: Any


def stretches(column: Any, codes: Sequence[str], down: bool, first: int | None) -> list[Stretch]:
    """The stretches from the place `first` on, in their order; None begins at the beginning."""
    found = [Stretch(UNKNOWN, _unknown(column, codes), cast(null(), Integer))]
    for place, code in enumerate(codes, UNKNOWN + 1):
        found.append(Stretch(place, column == code, literal_column(str(place), Integer)))
    if down:
        found.reverse()
    if first is None:
        return found
    return [one for one in found if (one.place <= first if down else one.place >= first)]


def _unknown(column: Any, codes: Sequence[str]) -> Any:
    """Empty, or between the known values. The gaps are what an index can look up, which `not in` is not; it stays
    beside them since a database may sort texts in an order of its own.
    """
    known = sorted(codes)
    gaps = [column < known[0], *((column > one) & (column < next_) for one, next_ in pairwise(known))]
    return or_(column.is_(None), or_(*gaps, column > known[-1]) & column.not_in(known))
