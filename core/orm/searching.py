"""Search: grams find candidates through their index, then each hit is checked against what the caller may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, Text, and_, case, cast, false, func, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from core.errors import BadRequest
from core.i18n import _
from core.orm.binding import read
from core.orm.criteria import readable_value
from core.orm.fields import TEXTS
from core.orm.grams import matches, query_grams
from core.orm.masking import unless_masked
from core.orm.normalise import entry_text
from core.orm.search_query import understand

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


def grams_suffice(env: Env, info: ModelInfo, query: str) -> bool:
    """Whether every candidate of this query is a hit for this caller, so that none has to be checked again."""
    readable, masks = env.policy.readable(info), env.policy.masks(info)
    return understand(entry_text(query)).is_told_by_grams and all(
        field.name in readable and field.name not in masks for field in info.searchable
    )


def search_texts(env: Env, info: ModelInfo, query: str) -> Any:
    """The searched fields that this caller may read of the row, as one array for the recheck; nothing where the words
    stand in them as they are written, which the database sees for itself.
    """
    return unless_written(text_cells(env, info), query)


def unless_written(cells: Sequence[Any], query: str) -> Any:
    """The same of `text_cells`, or of columns that hold them: where a page is cut first, the texts of its rows only are
    put together.
    """
    texts = func.array_remove(array(cells), None) if cells else cast(array([]), ARRAY(Text))
    words = understand(entry_text(query)).written
    if words is None:
        return texts
    written = func.lower(func.array_to_string(texts, "\n"))
    return case((and_(*(func.strpos(written, word) > 0 for word in words)), null()), else_=texts)


def text_cells(env: Env, info: ModelInfo) -> list[Any]:
    """Each text that is searched, as the caller may read it."""
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
    return cells


def search_filter(query: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows whose readable texts (last cell) really match; without texts the database has seen that they do."""
    return [row for row in rows if row[-1] is None or matches(query, row[-1])]


def hits(
    env: Env, info: ModelInfo, criteria: Sequence[Any], where: Sequence[Any], query: str
) -> tuple[list[int], bool]:
    """Ids of what a search finds, newest first, and whether there may be more than were looked at."""
    statement = _candidates(env, info, criteria, where, query).order_by(info.cls.id.desc())
    found: list[int] = []
    looked, size = 0, _BATCH
    after: list[Any] = []
    while looked < MAX_SEARCHED:
        rows = [tuple(row) for row in read(env, info, statement.where(*after).limit(size), where)]
        looked += len(rows)
        found += [row[0] for row in search_filter(query, rows)]
        if len(rows) < size:
            return found, False
        after, size = [info.cls.id < rows[-1][0]], MAX_SEARCHED - _BATCH
    return found, True


def hits_up_to(
    env: Env, info: ModelInfo, criteria: Sequence[Any], where: Sequence[Any], query: str, most: int
) -> tuple[list[int], bool]:
    """Ids of what a search finds in any order, and whether there may be more than these or than `most`.

    Without an order the database ends at the first candidates; to put them in order it reads and sorts all.
    """
    size = min(_BATCH, most + most // 4)
    statement = _candidates(env, info, criteria, where, query).limit(size)
    rows = [tuple(row) for row in read(env, info, statement, where)]
    found = [row[0] for row in search_filter(query, rows)]
    if len(rows) < size or len(found) > most:
        return found[:most], len(found) > most
    found, more = hits(env, info, criteria, where, query)
    return found[:most], more or len(found) > most


def _candidates(
    env: Env, info: ModelInfo, criteria: Sequence[Any], where: Sequence[Any], query: str
) -> Select[Any]:
    found = select(info.cls.id, search_texts(env, info, query))
    return found.where(*criteria, *where, search_criteria(env, info, query))
