"""Conditions about the rows of some owners, each with one value of a column, as one look for pairs of both.

    owner_id = any('{1,4}') and province = '成都'          each of them is a way of its own, which the planner weighs
    or owner_id = any('{2,9}') and province = '北京'       against every index and every other way

    (owner_id, province) in (select * from unnest('{1,4,2,9}', '{成都,成都,北京,北京}'))         one index, by its key

As one of several alternatives in a row's condition the first form stays: the second can only be asked of an index where
it stands alone (measured with seven sharing rules about 166 people: 5.3 ms as the first, 1.4 as the second).
"""

from __future__ import annotations

from itertools import product
from typing import Any, Final, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Integer, Table, Text, cast, func, literal, or_, select, tuple_
from sqlalchemy.sql import operators

from core.orm.alternatives import given_values, is_shortcut, pieces, ungrouped
from core.orm.binding import seal
from core.orm.methods import Where

FEWEST: Final = 2
"""One pair is as good as it stands."""
MOST: Final = 5_000
"""Pairs of one condition; a statement should stay one that can be sent."""


class Pairs(NamedTuple):
    """Which values of a column go with which of another."""

    first: Any
    second: Any
    both: set[tuple[Any, Any]]


def paired(way: Where) -> list[Where]:
    """The way as several that lead to the same rows, each by an index if it can; itself where there are no pairs."""
    needed = [one for one in pieces(way, operators.and_) if not is_shortcut(one)]
    if len(needed) != 1:
        return [way]
    found: dict[tuple[Any, Any], Pairs] = {}
    rest: list[Where] = []
    for one in pieces(needed[0], operators.or_):
        pairs = _pairs(one)
        for first, second, both in pairs:
            found.setdefault((first.key, second.key), Pairs(first, second, set())).both.update(both)
        if not pairs:
            rest.append(one)
    if sum(len(one.both) for one in found.values()) < FEWEST:
        return [way]
    return [*map(_among, found.values()), *([or_(*rest)] if rest else [])]


def _pairs(condition: Where) -> list[Pairs]:
    """The pairs that `owner_id = … and (column = … or column in …)` allows; none where it says anything else."""
    both = list(pieces(condition, operators.and_))
    if len(both) != 2:
        return []
    owners, owner = given_values(both[0]), ungrouped(both[0])
    found = []
    for one in pieces(both[1], operators.or_):
        values, condition = given_values(one), ungrouped(one)
        if not _fit(owner, owners) or not _fit(condition, values) or len(owners) * len(values) > MOST:
            return []
        found.append(Pairs(owner.left, condition.left, set(product(owners, values))))
    return found


def _fit(condition: Any, values: frozenset[Any]) -> bool:
    """Whether these are values of a plain column, of which an array can be made."""
    kinds = {type(one) for one in values}
    return kinds in ({int}, {str}) and isinstance(getattr(condition.left, "table", None), Table)


def _among(pairs: Pairs) -> Where:
    cells = []
    for place, one in enumerate((pairs.first, pairs.second)):
        array = ARRAY(BigInteger if isinstance(one.type, Integer) else Text)
        cells.append(cast(literal([pair[place] for pair in sorted(pairs.both)], array), array))
    rows = func.unnest(*cells).table_valued("first", "second").render_derived(name="pairs_")
    found: Where = tuple_(pairs.first, pairs.second).in_(seal(select(rows.c.first, rows.c.second)))
    return found
