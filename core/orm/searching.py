"""Search: grams find candidates through their index, then each hit is checked against what the caller may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from core.errors import BadRequest
from core.i18n import _
from core.orm.binding import read
from core.orm.criteria import readable_value
from core.orm.fields import TEXTS
from core.orm.grams import matches, query_grams
from core.orm.masking import unless_masked
from core.orm.normalise import entry_text

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_QUERY: Final = 100
MAX_SEARCHED: Final = 20_000
"""Candidates looked at for one answer.

Most queries have a handful. One letter or digit, which many words begin with, can have more candidates than this of
which few are hits that the caller may see: the answer then says that it was cut short.
"""
_BATCH: Final = 2_000


def search_criteria(env: Env, info: ModelInfo, query: str) -> Any:
    """Rows that contain the grams of one reading of the query: as written, as pinyin, as initials."""
    if not info.searchable:
        raise BadRequest(_("{model} cannot be searched by words.", model=info.plural))
    if len(query) > MAX_QUERY:
        raise BadRequest(_("The search text is too long ({limit} characters at most).", limit=MAX_QUERY))
    column = info.cls._grams
    found = query_grams(entry_text(query))
    alternatives = [column.contains(cast(array(grams), ARRAY(Text))) for grams in found if grams]
    return or_(false(), *alternatives)


def search_texts(env: Env, info: ModelInfo) -> Any:
    """The searched fields that this caller may read of the row, as one array for the recheck."""
    readable = env.policy.readable(info)
    cells: list[Any] = []
    for field in info.searchable:
        if field.name in readable:
            column = getattr(info.cls, field.name)
            if field.kind == "translated":
                texts = [readable_value(field, column, language) for language in ("zh_CN", "en")]
            else:
                texts = [column if field.kind in TEXTS else cast(column, Text)]
            cells += [unless_masked(env, info, field.name, text) for text in texts]
    return func.array_remove(array(cells), None) if cells else cast(array([]), ARRAY(Text))


def search_filter(query: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows whose readable texts (last cell) really match."""
    return [row for row in rows if matches(query, row[-1])]


def hits(
    env: Env,
    info: ModelInfo,
    criteria: Sequence[Any],
    where: Sequence[Any],
    query: str,
    *,
    most: int | None = None,
) -> tuple[list[int], bool]:
    """Ids of what a search finds, newest first, and whether there may be more than were looked at.

    `most` ends the search as soon as there are more hits than that.
    """
    cls = info.cls
    statement = (
        select(cls.id, search_texts(env, info))
        .where(*criteria, *where, search_criteria(env, info, query))
        .order_by(cls.id.desc())
    )
    found: list[int] = []
    looked, size = 0, _BATCH
    after: list[Any] = []
    while looked < MAX_SEARCHED and (most is None or len(found) <= most):
        rows = [tuple(row) for row in read(env, info, statement.where(*after).limit(size), where)]
        looked += len(rows)
        found += [row[0] for row in search_filter(query, rows)]
        if len(rows) < size:
            return found, False
        after, size = [cls.id < rows[-1][0]], MAX_SEARCHED - _BATCH
    return found, True
