"""The first hits among records of many models: one statement, whose parts are the searches of single models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, Text, cast, func, literal, null, select, union_all

from core.orm.binding import seal
from core.orm.criteria import label_of, row_criteria
from core.orm.ordering import Order, order_value
from core.orm.page_reader import SEARCH_BATCH
from core.orm.searching import grams_suffice, search_criteria, search_filter, search_texts
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Hit = tuple[int, str]
_ROW: Final = 3
"""Model, id and name come before the texts."""


def first_hits(env: Env, infos: Sequence[ModelInfo], query: str, limit: int) -> dict[str, list[Hit]]:
    """Up to `limit` ids and names for each model that has any, by its key, in the order of its lists.

    Where the grams alone do not tell hits from candidates and the first candidates are not enough, that model is
    searched for itself.
    """
    if not infos:
        return {}
    sizes = [limit if grams_suffice(env, info, query) else SEARCH_BATCH for info in infos]
    parts = [
        _part(env, info, number, query, size)
        for number, (info, size) in enumerate(zip(infos, sizes, strict=True))
    ]
    rows: list[list[tuple[Any, ...]]] = [[] for _info in infos]
    for row in env.session.execute(seal(union_all(*parts)), execution_options=TRUSTED):
        rows[row[0]].append(tuple(row))
    found: dict[str, list[Hit]] = {}
    for info, size, some in zip(infos, sizes, rows, strict=True):
        hits = [(row[1], row[2]) for row in search_filter(query, sorted(some, key=lambda row: row[_ROW]))]
        if len(hits) < limit and len(some) == size > limit:
            hits = env.complete(info, query, limit)
        if hits:
            found[info.key] = hits[:limit]
    return found


def _part(env: Env, info: ModelInfo, number: int, query: str, size: int) -> Any:
    """Candidates of one model with their place in its order; texts where they have to be looked at again."""
    cls, order = info.cls, Order.parse(env, info, None)
    by = order_value(env, info, order.field)
    ordering = [
        by.value.desc().nulls_last() if order.descending else by.value.asc().nulls_first(),
        cls.id.desc() if order.descending else cls.id.asc(),
    ]
    texts = null() if grams_suffice(env, info, query) else search_texts(env, info, query)
    asked = by.added_to(
        select(
            literal(number).label("number"), cls.id.label("id"),
            cast(label_of(env, info, cls), Text).label("name"),
            func.row_number().over(order_by=ordering).label("place"), cast(texts, ARRAY(Text)).label("texts"),
        ).select_from(cls)
    )  # fmt: skip
    criteria = [*row_criteria(env, info, cls), search_criteria(env, info, query)]
    return seal(asked.where(*criteria).order_by(*ordering).limit(size))
