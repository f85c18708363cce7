"""A page of rows that one of several ways reaches: each is walked in the list's order, and the first of all are taken.

    owner_id = me  or  assigner_id = me  or  id = any(…)         one condition: the server reads the list's index and
                                                                 throws away what is others', until the page is full
    (… owner_id = me order by id limit 81) union (… assigner_id = me order by id limit 81) union (…)
                                                                 81 entries of one index each

Who owns one row in a thousand waits for the first a thousand times as long as for the second. Only where an index leads
to each way: one that is looked for in the whole table costs more than the condition, which ends when the page is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import func, literal_column, select, union
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList

from core.orm.alternatives import is_for_empty, pieces, ungrouped
from core.orm.binding import seal
from core.orm.methods import Where
from core.orm.model_info import ModelInfo
from core.orm.ordering import OrderValue, directed
from core.orm.pairs import paired

MOST_WAYS: Final = 12
"""More of them cost the server more to plan than they spare it."""
_LED_BY: Final = (operators.eq, operators.in_op, operators.is_)
COMPANY: Final = "company_id"


def walked(
    info: ModelInfo, criteria: Sequence[Where], where: Sequence[Where], by: OrderValue, down: bool, limit: int
) -> list[Where]:
    """What cuts the page: `criteria` of the caller and the conditions `where`, or, where there are alternatives among
    the criteria and walking them pays, that a row is among the first `limit` which fit everything and one of the ways.
    """
    found = ways_of(info, criteria)
    if found is None:
        return [*criteria, *where]
    ways, others = found
    return [_among_first(info, ways, [*others, *where], by, down, limit)]


def ways_of(info: ModelInfo, criteria: Sequence[Where]) -> tuple[list[Where], list[Where]] | None:
    """The ways of the first condition with alternatives to each of which an index leads, and the other conditions; None
    where there is no such condition.
    """
    for place, condition in enumerate(criteria):
        ways = list(pieces(condition, operators.or_))
        if 1 < len(ways) <= MOST_WAYS and all(_is_led(info, way) for way in ways):
            apart = [one for way in ways for one in paired(way)]
            return apart, [*criteria[:place], *criteria[place + 1 :]]
    return None


def _among_first(
    info: ModelInfo, ways: Sequence[Where], others: Sequence[Where], by: OrderValue, down: bool, limit: int
) -> Where:
    cells, ordering = [info.cls.id.label("id"), by.value.label("by_")], by.ordering(info.cls, down)
    parts = [
        seal(
            select(*cells)
            .where(*others, way)
            .order_by(*(_empty_first(way, down) if by.is_id else ()), *ordering)
            .limit(limit)
            .correlate(None)
        )
        for way in ways
    ]
    key: Any = literal_column("id")
    order = [directed(literal_column("by_"), down), key.desc() if down else key.asc()]
    found: Where = info.cls.id == func.any(ids_of(seal(union(*parts)).order_by(*order).limit(limit)))
    return found


def ids_of(cut: Any) -> Any:
    """The ids of some rows as an array, by which the rows are looked up where a join would be planned anew."""
    return func.array(seal(select(cut.subquery("first_").c.id)).scalar_subquery())


def _empty_first(way: Any, down: bool) -> list[Any]:
    """A column that is empty on all rows of the way. Ordered by it first, they come in the order of its index; the
    planner does not know that by itself, and would look for them through rows of which it believes too many are so.
    """
    inner = ungrouped(way)
    return [inner.left.desc() if down else inner.left.asc()] if is_for_empty(inner) else []


def _is_led(info: ModelInfo, condition: Any) -> bool:
    """Whether an index leads to the rows of the condition: a column that begins one is, or is among, given values."""
    inner = ungrouped(condition)
    if isinstance(inner, BooleanClauseList):
        led = [_is_led(info, one) for one in inner.clauses]
        return any(led) if inner.operator is operators.and_ else all(led)
    if not isinstance(inner, BinaryExpression) or inner.operator not in _LED_BY:
        return False
    column = inner.left
    return getattr(column, "table", None) is info.table and column.key in _leading(info)


@lru_cache(maxsize=2_000)
def _leading(info: ModelInfo) -> frozenset[str]:
    """The columns that begin an index, behind the company's at most."""
    found = {"id"}
    for index in info.table.indexes:
        names = [getattr(column, "key", None) for column in index.expressions]
        first = names[1:2] if names[0] == COMPANY else names[:1]
        found.update(name for name in first if name is not None)
    return frozenset(found)
