"""Rows that one of several ways opens, in two parts that an index serves each: those of the first way, and the others.

A condition like "mine, or entered by me, or with my task" makes the database gather all rows of every way before it
gives the first one. Where only some rows are wanted, as for a count with a cap, it is enough to look along the index of
one way, and along the others only for what the first has not shown (measured with 20,000 own leads of a million: six
capped counts 13 ms as one condition, see benchmarks/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, true
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.selectable import SelectBase

from core.orm.methods import Where


def parts(criteria: Sequence[Where]) -> list[list[Where]]:
    """The same rows in parts of which no row is in two; one part where no condition has alternatives."""
    for place, condition in enumerate(criteria):
        if isinstance(condition, BooleanClauseList) and condition.operator is operators.or_:
            first = next((one for one in condition.clauses if _is_plain(one)), None)
            if first is None:
                continue
            others = [one for one in condition.clauses if one is not first]
            before, after = criteria[:place], criteria[place + 1 :]
            rest: Any = or_(*others)
            return [[*before, first, *after], [*before, rest, first.is_not(true()), *after]]
    return [list(criteria)]


def _is_plain(condition: Any) -> bool:
    return not any(isinstance(part, SelectBase) for part in visitors.iterate(condition))
