"""A page of a list in one statement, by key: the address holds the last row's order value and id, so page 100 costs as
much as page 1. Empty values come last downwards and first upwards, which is one index read in both directions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.errors import BadRequest
from core.i18n import _
from core.orm.bulk import as_json
from core.orm.fields import Field
from core.orm.ordering import Order, typed_key, whole_id
from core.orm.page_reader import Key, PageReader
from core.orm.page_statements import Column, columns_of

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_LIMIT: Final = 500


@dataclass(frozen=True)
class Page:
    """One page: `row[0]` is the id, `row[1]` the version; `next` and `previous` are keys for the address.

    `cut_short` says that a search has looked at as many candidates as one answer may and has not filled the page;
    it goes on from there with the next key. `hits` are all that a search finds, also on other pages, where the first
    page had to look at them anyway.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    next: str | None = None
    previous: str | None = None
    cut_short: bool = False
    hits: tuple[int, ...] | None = None


def page_of(env: Env, info: ModelInfo, names: Sequence[str], where: Sequence[Any], *, search: str | None = None,
            order: str | None = None, after: str | None = None, before: str | None = None, limit: int = 80,
            binned: bool = False, most: int = MAX_LIMIT, also: Any = None) -> Page:  # fmt: skip
    """One page of a list for this caller. A page that people see has at most `MAX_LIMIT` rows; what reads a whole list,
    page by page, may take larger ones. `also` is a condition on rows that are hits of `search` whatever their texts.
    """
    columns = columns_of(env, info, names)
    wanted = Order.parse(env, info, order)
    limit = max(1, min(limit, most))
    backward = bool(before) and not after
    reader = PageReader(env, info, columns, wanted, where, search, binned, also)
    key = _read_key(reader.by.field, before if backward else after)
    rows = reader.read(key, limit + 1, backward)
    onward = rows[limit - 1] if len(rows) > limit else reader.stopped_at
    back = rows[0] if rows and (backward or key is not None) else None
    rows = rows[:limit]
    if backward:
        rows.reverse()
    following, preceding = (back, onward) if backward else (onward, back)
    width = 2 + sum(column.width for column in columns)
    return Page(
        columns, [row[:width] for row in rows],
        next=None if following is None else _write_key(following),
        previous=None if preceding is None else _write_key(preceding),
        cut_short=reader.stopped_at is not None, hits=reader.hits,
    )  # fmt: skip


def _write_key(row: Sequence[Any]) -> str:
    text = json.dumps([row[-1], row[0]], default=as_json, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_key(field: Field, key: str | None) -> Key | None:
    """A key from the address; whatever was not written by us is refused."""
    if not key:
        return None
    try:
        value, at = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return typed_key(field, value), whole_id(at)
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        raise BadRequest(_("The address of this page is damaged. Please open the list again.")) from None
