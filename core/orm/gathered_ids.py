"""Rows that something belongs to, gathered along each way to them by its own index, where all of them are wanted.

    receivable_id in (select id … where owner_id = me or customer_id in (select …))
        inside of an OR the server cannot use an index for the second way, and reads all receivables there are
    receivable_id in (select id … where owner_id = me union select id … where customer_id in (select …))
        the rows of each way by its own index

Counts and groups ask like this, as they look at everything that the caller sees. A page does not: it walks its list and
looks up what each row belongs to, until it is full. Ways without a subquery stay together: the server joins their
indexes by itself, which is less to plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, or_, select, union
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.selectable import SelectBase

from core.orm.alternatives import pieces
from core.orm.binding import base_table, seal
from core.orm.compose import composition
from core.orm.criteria import row_criteria
from core.orm.walking import ways_of

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.methods import Where
    from core.orm.model_info import ModelInfo

_OF: Final = "keyuan_ids_of"


def ids_of_rows(info: ModelInfo, criteria: Sequence[Where]) -> Select[tuple[int]]:
    """The ids of the rows that fit the criteria, which say everything that binds the statement."""
    found: Select[tuple[int]] = select(info.cls.id).where(*criteria)
    return seal(found)._annotate({_OF: info.key})


def gathered_criteria(env: Env, info: ModelInfo, cls: Any, *, binned: bool = False) -> list[Where]:
    """`row_criteria`, said otherwise, of a statement that looks at all rows which the caller sees."""
    key = ("gathered", info.key, binned, env.company_id)
    found: list[Where] = env.policy.remembered(
        key, lambda: gathered(row_criteria(env, info, cls, binned=binned))
    )
    return list(found)


def gathered(criteria: Sequence[Where]) -> list[Where]:
    """The same criteria, in which rows that something belongs to are gathered."""
    return [
        visitors.replacement_traverse(one, {}, _replaced) if is_through_rows(one) else one for one in criteria
    ]


def in_one(info: ModelInfo, criteria: Sequence[Where]) -> list[Where]:
    """The same criteria for a statement that cannot be asked in parts, such as one that groups rows."""
    ways, others = ways_through_rows(info, criteria) or ([], list(criteria))
    if len(ways) < 2:
        return list(criteria)
    each = [ids_of_rows(info, [*others, way]).correlate(None) for way in ways]
    return [*others, info.cls.id.in_(seal(union(*each)))]


def ways_through_rows(info: ModelInfo, criteria: Sequence[Where]) -> tuple[list[Where], list[Where]] | None:
    """The ways among the criteria that are better gone one by one, and the other criteria; None where there are none:
    an index leads to each, and one of them at least goes through rows that it asks for.
    """
    found = ways_of(info, criteria)
    if found is None:
        return None
    ways, others = found
    through = [way for way in ways if is_through_rows(way)]
    plain = [way for way in ways if not is_through_rows(way)]
    return ([*([or_(*plain)] if plain else []), *through], others) if through else None


def is_through_rows(condition: Any) -> bool:
    """Whether it asks for what belongs to some rows, `column in (select …)`, by itself and not inside of a subquery."""
    if isinstance(condition, SelectBase):
        return False
    return _rows_asked(condition) is not None or any(map(is_through_rows, condition.get_children()))


def _rows_asked(condition: Any) -> SelectBase | None:
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.in_op:
        return None
    asked = getattr(condition.right, "element", condition.right)
    return asked if isinstance(asked, SelectBase) and _reads_rows(asked) else None


def _reads_rows(asked: SelectBase) -> bool:
    """Not a list of values that is written as a SELECT, of which the server knows how to make an index's condition."""
    return not isinstance(asked, Select) or any(
        base_table(one) is not None for one in asked.get_final_froms()
    )


def _replaced(element: Any, **_options: Any) -> Any:
    found = _along_ways(_rows_asked(element))
    return None if found is None else element.left.in_(found)


def _along_ways(asked: Any) -> SelectBase | None:
    """The same rows by each way to them; None for statements that are not of `ids_of_rows`, or know but one way."""
    key = asked._annotations.get(_OF) if isinstance(asked, Select) else None
    if key is None or asked.whereclause is None or asked._has_row_limiting_clause:
        return None
    info = composition().models[key]
    ways, others = ways_through_rows(info, list(pieces(asked.whereclause, operators.and_))) or ([], [])
    if len(ways) < 2:
        return None
    return seal(union(*(ids_of_rows(info, gathered([*others, way])) for way in ways)))
