"""A page of parts that are seen with their wholes, as the lines of my orders: the list is walked no farther than pays.

    … where order_id in (orders that I see) and is_open order by id desc limit 81
        the server believes that one row in so many is mine, and walks the list until the page is full. Where hardly
        one of mine is open it walks the whole table: 730 ms for a million lines, and the page stays empty
    the first 4,000 rows of the list, of them what I see; where that does not fill the page, the rows of my orders by
    the index that leads to them
        nobody pays for more than a short walk and the rows of what is open to him

Only which rows are looked at first is decided here: both ways ask for everything that the condition asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, func, literal_column, select, union
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression

from core.orm.binding import seal
from core.orm.ordering import OrderValue, directed
from core.orm.walking import COMPANY, ids_of

if TYPE_CHECKING:
    from core.orm.methods import Where
    from core.orm.model_info import ModelInfo

NEAR: Final = 4_000
"""Rows of a list that are looked at one by one before those of the caller's wholes are gathered."""
_BIN: Final = "deleted_at"


def bounded(
    info: ModelInfo, criteria: Sequence[Where], by: OrderValue, down: bool, limit: int
) -> Sequence[Where]:
    """What cuts the page: `criteria`, or, where one of them is that the caller sees the whole and another one asks for
    more, that a row is among the first which are found near the beginning of the list or else along the wholes.
    """
    place = next((n for n, one in enumerate(criteria) if _wholes(info, one) is not None), None)
    if place is None or by.join is not None:
        return criteria
    others = [*criteria[:place], *criteria[place + 1 :]]
    if all(is_of_all(one) for one in others) or any(_is_for_binned(one) for one in others):
        return criteria
    return [_among_first(info, criteria[place], others, by, down, limit)]


def _among_first(
    info: ModelInfo, mine: Any, others: Sequence[Where], by: OrderValue, down: bool, limit: int
) -> Where:
    column, wholes = mine.left, _wholes(info, mine)
    cells, ordering = [info.cls.id.label("id"), by.value.label("by_")], by.ordering(info.cls, down)
    key: Any = literal_column("id")
    order = [
        *(() if by.is_id else (directed(literal_column("by_"), down),)),
        key.desc() if down else key.asc(),
    ]  # as `near_` comes, so that the server need not sort it and reads no more of it than the page takes
    near = seal(
        select(*cells, column.label("whole_")).where(*others).order_by(*ordering).limit(NEAR)
    ).cte("near_").prefix_with("materialized", dialect="postgresql")  # fmt: skip
    seen = seal(
        select(near.c.id, near.c.by_).where(near.c.whole_.in_(wholes)).order_by(*order).limit(limit)
    ).cte("seen_").prefix_with("materialized", dialect="postgresql")  # fmt: skip
    along = seal(
        select(*cells)
        .where(
            _rows(seen) < limit,
            _rows(near) == NEAR,
            *others,
            column == func.any(func.array(wholes.scalar_subquery())),
        )
        .order_by(*ordering)
        .limit(limit)
        .correlate(None)
    )
    first = seal(union(seal(select(seen.c.id, seen.c.by_)), along)).order_by(*order).limit(limit)
    found: Where = info.cls.id == func.any(ids_of(first))
    return found


def _rows(cut: Any) -> Any:
    return seal(select(func.count()).select_from(cut)).scalar_subquery()


def _wholes(info: ModelInfo, condition: Any) -> Any:
    """The statement whose wholes the condition asks for the parts of; None for other conditions."""
    if info.part_of is None or not isinstance(condition, BinaryExpression):
        return None
    column, asked = condition.left, getattr(condition.right, "element", condition.right)
    is_part = getattr(column, "table", None) is info.table and column.key == info.part_of.column_name
    is_among = condition.operator is operators.in_op and isinstance(asked, Select)
    return asked if is_part and is_among else None


def is_of_all(condition: Any) -> bool:
    """Whether it says no more than which company, and not in the bin."""
    is_plain = isinstance(condition, BinaryExpression) and condition.left.key in (COMPANY, _BIN)
    return is_plain and not _is_for_binned(condition)


def _is_for_binned(condition: Any) -> bool:
    """No index leads to what is in the bin."""
    is_filled = isinstance(condition, BinaryExpression) and condition.operator is operators.is_not
    return is_filled and condition.left.key == _BIN
