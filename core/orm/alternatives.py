"""Rows that one of several ways opens, in two parts that an index serves each: those of the first way, and the others.

A condition like "mine, or entered by me, or with my task" makes the database gather all rows of every way before it
gives the first one. Where only some rows are wanted, as for a count with a cap, it is enough to look along the index of
one way, and along the others only for what the first has not shown (measured with 20,000 own leads of a million: six
capped counts 13 ms as one condition, see benchmarks/README.md).

And where the rows that are asked for are among those of one way anyway, as in "mine" of a list, the condition says
nothing and is left out: with a director's five hundred people it is dearer to plan than the question is to answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, any_, cast, or_, select, true
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, Cast, CollectionAggregate, Grouping
from sqlalchemy.sql.selectable import SelectBase

from core.orm.binding import seal
from core.orm.methods import Where


def telling(criteria: Sequence[Where], where: Sequence[Where]) -> tuple[int, ...]:
    """Places of the criteria that say something about rows which fit `where`: not those with an alternative that all
    of these rows fit.
    """
    asked = [one for condition in where for one in _conjuncts(condition)]
    return tuple(
        place for place, condition in enumerate(criteria)
        if not any(_follows(one, alternative) for alternative in _alternatives(condition) for one in asked)
    )  # fmt: skip


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
            return [[*before, first, *after], [*before, rest, unweighed(first).is_not(true()), *after]]
    return [list(criteria)]


def _is_plain(condition: Any) -> bool:
    return not any(isinstance(part, SelectBase) for part in visitors.iterate(condition))


def _conjuncts(condition: Any) -> Iterator[Any]:
    inner = condition.element if isinstance(condition, Grouping) else condition
    if isinstance(inner, BooleanClauseList) and inner.operator is operators.and_:
        for one in inner.clauses:
            yield from _conjuncts(one)
    else:
        yield inner


def _alternatives(condition: Any) -> Sequence[Any]:
    is_or = isinstance(condition, BooleanClauseList) and condition.operator is operators.or_
    return condition.clauses if is_or else ()


def _follows(asked: Any, alternative: Any) -> bool:
    """Whether rows where a column has one of the values that are asked for fit the alternative, which allows them."""
    values = _values(asked)
    if not values or asked.left.key != getattr(getattr(alternative, "left", None), "key", None):
        return False
    return bool(asked.left.compare(alternative.left)) and values <= _values(alternative)


def _values(condition: Any) -> frozenset[Any]:
    """The values that the condition allows a column; none where that is not told at a look."""
    if not isinstance(condition, BinaryExpression) or condition.operator not in (
        operators.eq,
        operators.in_op,
    ):
        return frozenset()
    side: Any = condition.right
    if isinstance(side, BindParameter):
        value: Any = side.effective_value
        return frozenset(value if side.expanding else [value]) - {None}
    text = _array_text(side)
    return _ids(text) if text is not None else frozenset()


def _array_text(side: Any) -> str | None:
    """The ids of `core.orm.bulk.among` as they are bound; None for anything else."""
    array = _array(side)
    given = array.clause if isinstance(array, Cast) else None
    value = given.effective_value if isinstance(given, BindParameter) else None
    return value if isinstance(value, str) else None


def _array(side: Any) -> Any:
    """What stands in `any(…)`."""
    inner = side.element if isinstance(side, CollectionAggregate) else None
    return inner.element if isinstance(inner, Grouping) else inner


@lru_cache(maxsize=500)
def _ids(text: str) -> frozenset[int]:
    return frozenset(int(one) for one in text.strip("{}").split(",") if one)


def unweighed(condition: Any) -> Any:
    """The same condition with its array out of sight of the planner, which weighs each of its ids: in vain where no
    index is going to be asked for them, as in a negation.
    """
    if not isinstance(condition, BinaryExpression) or _array_text(condition.right) is None:
        return condition
    array = _array(condition.right)
    hidden = cast(seal(select(array)).scalar_subquery(), array.type)
    return condition.left == any_(hidden)
