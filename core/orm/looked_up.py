"""What several questions of one statement look up, looked up once: long lists of ids, and ids that a subquery gathers.

    (… owner_id = any('{2,3,…,4998}') …), (… owner_id = any('{2,3,…,4998}') …)      sent, weighed and planned twice
    with known_1 as (select '{2,3,…,4998}'::bigint[] as ids) …                      once; each question refers to it

The planner does not know then what is in the list. That is well where each question stops at a cap, and spares it to
weigh every id of the list for each index (measured with a director's 638 people in five counts: 9.7 ms, and 7.4).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, cast, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import Function

from core.orm.alternatives import LONG, ids_text
from core.orm.binding import seal
from core.orm.methods import Where


class LookUps:
    """What the questions on rows of one table look up, for one statement alone."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._known: dict[Hashable, Any] = {}

    def once(self, where: Sequence[Where]) -> list[Where]:
        """The same conditions, which refer to what they look up."""
        return [visitors.replacement_traverse(one, {}, self._replaced) for one in where]

    def _replaced(self, element: Any, **_options: Any) -> Any:
        key = _looked_up(self._table, element)
        if key is None:
            return None
        if key not in self._known:
            self._known[key] = seal(select(element.label("ids"))).cte(f"known_{len(self._known) + 1}")
        return cast(seal(select(self._known[key].c.ids)).scalar_subquery(), ARRAY(BigInteger))


def _looked_up(table: Any, element: Any) -> Hashable:
    """What tells the element from others; None for what is not looked up, or not for all rows alike."""
    text = ids_text(element)
    if text is not None:
        return text if len(text) > LONG else None
    is_gathered = isinstance(element, Function) and element.name == "array"
    if not is_gathered or any(getattr(one, "table", None) is table for one in visitors.iterate(element)):
        return None
    found = element._generate_cache_key()
    return None if found is None else (found.key, repr([one.effective_value for one in found.bindparams]))
