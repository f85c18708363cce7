"""Rows that one of several ways opens, in parts that an index serves each: those of one or two ways, and the others.

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
from typing import Any, Final

from sqlalchemy import ARRAY, BindParameter, Null, func, or_, select, true
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, Cast, CollectionAggregate, Grouping
from sqlalchemy.sql.selectable import SelectBase

from core.orm.binding import seal
from core.orm.methods import Where

SHORTCUT: Final = "keyuan_shortcut"
LONG: Final = 200
"""Characters of a list of ids from which on it is dear to plan."""


def telling(criteria: Sequence[Where], where: Sequence[Where]) -> tuple[int, ...]:
    """Places of the criteria that say something about rows which fit `where`: not those with an alternative that all
    of these rows fit.
    """
    asked = [ungrouped(one) for condition in where for one in pieces(condition, operators.and_)]
    return tuple(
        place for place, condition in enumerate(criteria)
        if not any(_follows(one, alternative) for alternative in _alternatives(condition) for one in asked)
    )  # fmt: skip


def parts(criteria: Sequence[Where]) -> list[list[Where]]:
    """The same rows in parts of which no row is in two; one part where no condition has alternatives."""
    for place, condition in enumerate(criteria):
        if isinstance(condition, BooleanClauseList) and condition.operator is operators.or_:
            apart, others = _apart(condition.clauses)
            if not apart:
                continue
            before, after = criteria[:place], criteria[place + 1 :]
            shown = [unweighed(one).is_not(true()) for one in apart]
            several = [[*before, one, *after] for one in apart]
            return [*several, [*before, or_(*others), *shown, *after]] if others else several
    return [list(criteria)]


def _apart(alternatives: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The way to rows which have no owner and that to the rows of some owners: an index leads to each, and no row is in
    both. The one without a list comes first, because it is the shorter look. Or the first plain way; and the others.
    """
    first = next((one for one in alternatives if _is_plain(one)), None)
    ownerless = next((one for one in alternatives if one is not first and is_for_empty(one)), None)
    if first is not None and ownerless is not None and not _has_values(first, ungrouped(ownerless).left):
        ownerless = None
    apart = [one for one in (ownerless, first) if one is not None]
    return apart, [one for one in alternatives if not any(one is other for other in apart)]


def _has_values(condition: Any, column: Any) -> bool:
    """Whether rows that fit have one of some values in the column."""
    inner = ungrouped(condition)
    return bool(given_values(inner)) and bool(inner.left.compare(column))


def absorbed(alternatives: Sequence[Where]) -> list[Where]:
    """Without those that only narrow another one down: `a or (a and b)` is `a`."""
    whole = [one for one in alternatives if len(list(pieces(one, operators.and_))) == 1]
    kept = []
    for one in alternatives:
        narrower = [piece for piece in pieces(one, operators.and_) if piece is not one]
        if not any(piece.compare(other) for piece in narrower for other in whole):
            kept.append(one)
    return kept


def is_for_empty(condition: Any) -> bool:
    """Whether the condition is that a column is empty."""
    inner = ungrouped(condition)
    return (
        isinstance(inner, BinaryExpression)
        and inner.operator is operators.is_
        and isinstance(inner.right, Null)
    )


def _is_plain(condition: Any) -> bool:
    return not any(isinstance(part, SelectBase) for part in visitors.iterate(condition))


def pieces(condition: Any, operator: Any) -> Iterator[Any]:
    """The parts of an AND or of an OR, and of those in it; any other condition by itself."""
    inner = ungrouped(condition)
    if isinstance(inner, BooleanClauseList) and inner.operator is operator:
        for one in inner.clauses:
            yield from pieces(one, operator)
    else:
        yield condition


def ungrouped(condition: Any) -> Any:
    """The condition without its brackets."""
    return condition.element if isinstance(condition, Grouping) else condition


def _alternatives(condition: Any) -> Sequence[Any]:
    is_or = isinstance(condition, BooleanClauseList) and condition.operator is operators.or_
    return condition.clauses if is_or else ()


def _follows(asked: Any, alternative: Any) -> bool:
    """Whether rows where a column has one of the values that are asked for fit the alternative, which allows them."""
    values = given_values(asked)
    return bool(values) and values <= given_values(alternative) and asked.left.compare(alternative.left)


def given_values(condition: Any) -> frozenset[Any]:
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
    return ids_text(_array(side))


def ids_text(array: Any) -> str | None:
    """The same of the array alone."""
    given = array.clause if isinstance(array, Cast) and isinstance(array.type, ARRAY) else None
    value = given.effective_value if isinstance(given, BindParameter) else None
    return value if isinstance(value, str) else None


def _array(side: Any) -> Any:
    """What stands in `any(…)`."""
    inner = side.element if isinstance(side, CollectionAggregate) else None
    return ungrouped(inner)


@lru_cache(maxsize=500)
def _ids(text: str) -> frozenset[int]:
    return frozenset(int(one) for one in text.strip("{}").split(",") if one)


def unweighed(condition: Any) -> Any:
    """The same condition with its array out of sight of the planner, which weighs each of its ids: in vain where no
    index is going to be asked for them, as in a negation. As rows they are hashed all the same.
    """
    if not isinstance(condition, BinaryExpression) or _array_text(condition.right) is None:
        return condition
    return condition.left.in_(seal(select(func.unnest(_array(condition.right)))))


def asked_of_rows(condition: Any) -> Any:
    """The same for rows that are found by something else, such as the key of a join: no index is going to be asked for
    long lists of ids among its alternatives.
    """
    found = [
        unweighed(one).is_(true())
        if len(_array_text(getattr(ungrouped(one), "right", None)) or "") > LONG
        else one
        for one in pieces(condition, operators.or_)
    ]
    return or_(*found)


def shortcut(condition: Any) -> Any:
    """A look at a row that spares others: whatever the rest of its condition lets through passes it as well."""
    return condition.is_(true())._annotate({SHORTCUT: True})


def is_shortcut(condition: Any) -> bool:
    """Whether nothing changes where this is left out."""
    return SHORTCUT in getattr(ungrouped(condition), "_annotations", ())
