"""Search: grams find candidates through their index, then each hit is checked against what the caller may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, false, func, or_
from sqlalchemy.dialects.postgresql import ARRAY, array

from core.errors import BadRequest
from core.i18n import _
from core.orm.grams import matches, query_grams

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_QUERY: Final = 100


def search_criteria(env: Env, info: ModelInfo, query: str) -> Any:
    """Rows that contain the grams of one reading of the query: as written, as pinyin, as initials."""
    if not info.searchable:
        raise BadRequest(_("{model} cannot be searched by words.", model=info.plural))
    if len(query) > MAX_QUERY:
        raise BadRequest(_("The search text is too long ({limit} characters at most).", limit=MAX_QUERY))
    column = info.cls._grams
    alternatives = [column.contains(cast(array(grams), ARRAY(Text))) for grams in query_grams(query) if grams]
    return or_(false(), *alternatives)


def search_texts(env: Env, info: ModelInfo) -> Any:
    """The searched fields that this caller may read, as one array for the recheck."""
    readable = env.policy.readable(info)
    cells: list[Any] = []
    for field in info.searchable:
        if field.name in readable:
            column = getattr(info.cls, field.name)
            cells += [column.op("->>")(one) for one in ("zh_CN", "en")] if field.kind == "translated" else [column]
    return func.array_remove(array(cells), None) if cells else cast(array([]), ARRAY(Text))


def search_filter(query: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows whose readable texts (last cell) really match."""
    return [row for row in rows if matches(query, row[-1])]
