"""Rows of a list in their order, from a key on: in stretches where the order has them, and looked at again where a
search only proposes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, and_, or_, tuple_

from core.orm.alternatives import telling
from core.orm.binding import read
from core.orm.bounded import is_of_all
from core.orm.criteria import row_criteria
from core.orm.kept import Build, is_by_id, read_kept
from core.orm.ordering import Order, order_value
from core.orm.page_statements import Column, page_statement, position_statement
from core.orm.prepared import WHOLE, by_ids
from core.orm.searching import MAX_SEARCHED, grams_suffice, search_criteria, search_filter
from core.orm.stretches import stretches
from core.orm.walking import walked

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

SEARCH_BATCH: Final = 400
LARGER_BATCH: Final = 2_000
Key = tuple[Any, int]


class PageReader:
    """Reads rows in order from a key on; knows that empty order values form a stretch of their own."""

    def __init__(self, env: Env, info: ModelInfo, columns: Sequence[Column], order: Order, where: Sequence[Any],
                 search: str | None, binned: bool, also: Any = None) -> None:  # fmt: skip
        self.env, self.info, self.columns, self.order, self.where = env, info, columns, order, where
        self.search = search.strip() if search and search.strip() else None
        self.by = order_value(env, info, order.field)
        self.checked = self.search if self.search and not grams_suffice(env, info, self.search) else None
        """The search whose candidates are looked at again, which bring their texts along for it."""
        self.binned = binned
        bound = row_criteria(env, info, info.cls, binned=binned)
        self.places = telling(bound, where)
        self.criteria = [bound[place] for place in self.places]
        self.depends_on_ids = not all(map(is_of_all, self.criteria)) or any(
            is_by_id(info, one) for one in where
        )
        """Whether another owner, customer, … may need another way to the rows."""
        self.stopped_at: tuple[Any, ...] | None = None
        """The last candidate that a search has looked at, where it had to stop before the page was full."""
        self.hits: tuple[int, ...] | None = None
        self.also = also if self.search is not None else None
        if self.search is not None:
            words = search_criteria(env, info, self.search)
            self.criteria.append(words if also is None else or_(words, also))

    def read(self, key: Key | None, limit: int, backward: bool) -> list[tuple[Any, ...]]:
        if self.checked is None:
            return self._segments(key, limit, backward)
        kept: list[tuple[Any, ...]] = []
        looked, size, begins = 0, SEARCH_BATCH, key is None
        while True:
            batch = self._segments(key, size, backward)
            looked += len(batch)
            kept += [row[:-1] for row in search_filter(self.checked, batch)]
            if len(batch) < size or len(kept) >= limit:
                if begins and len(batch) < size:
                    self.hits = tuple(row[0] for row in kept)
                return kept[:limit]
            key = (batch[-1][-2], batch[-1][0])
            if looked >= MAX_SEARCHED:
                self.stopped_at = batch[-1][:-1]
                return kept
            size = LARGER_BATCH

    def _segments(self, key: Key | None, limit: int, backward: bool) -> list[tuple[Any, ...]]:
        down = self.order.descending != backward
        if self.by.codes and self.search is None:
            return self._by_position(key, limit, down)
        cls, by = self.info.cls, self.by.value
        if key is None:
            return self._rows([], limit, down)
        value, at = key
        if self.order.field.name == "id":
            return self._rows([cls.id < at if down else cls.id > at], limit, down)
        pair, mark = tuple_(by, cls.id), tuple_(value, at)
        beyond = pair < mark if down else pair > mark
        if value is not None:
            rows = self._rows([beyond], limit, down)
            if down and len(rows) < limit:
                rows += self._rows([by.is_(None)], limit - len(rows), down)
            return rows
        rows = self._rows([and_(by.is_(None), cls.id < at if down else cls.id > at)], limit, down)
        if not down and len(rows) < limit:
            rows += self._rows([by.is_not(None)], limit - len(rows), down)
        return rows

    def _by_position(self, key: Key | None, limit: int, down: bool) -> list[tuple[Any, ...]]:
        """States in their order: each is a stretch of its index, and the page begins in one of them."""
        column = getattr(self.info.cls, self.order.field.attribute)
        first = None if key is None else key[0] or 0
        asked = stretches(column, self.by.codes, down, first)
        cls, most = self.info.cls, len(self.where)
        more = [] if key is None else [cls.id < key[1] if down else cls.id > key[1]]

        def build(where: Sequence[Any]) -> Select[Any]:
            criteria, mark = [*self.criteria, *where[:most]], where[most:]
            parts = [[*criteria, one.condition] for one in asked]
            parts[0] += mark
            return position_statement(
                self.env, self.info, self.columns, parts, [one.position for one in asked], down, limit
            )

        return self._kept(more, (limit, down, first), build)

    def _rows(self, more: list[Any], limit: int, down: bool) -> list[tuple[Any, ...]]:
        if self.search is None and self.by.join is None:
            return self._kept(more, (limit, down), lambda where: self._statement(where, limit, down))
        given = self.where if self.also is None else [*self.where, self.also]
        found = read(self.env, self.info, self._statement([*self.where, *more], limit, down), given)
        return [tuple(row) for row in found]

    def _kept(self, more: list[Any], key: Hashable, build: Build) -> list[tuple[Any, ...]]:
        names = tuple(column.name for column in self.columns)
        kept = (
            "page",
            names,
            self.order.field.name,
            self.binned,
            self.places,
            self.env.language,
            len(more),
            key,
        )
        options = WHOLE if self.depends_on_ids else by_ids()
        return [
            tuple(row) for row in read_kept(self.env, self.info, kept, [*self.where, *more], build, options)
        ]

    def _statement(self, where: Sequence[Any], limit: int, down: bool) -> Select[Any]:
        criteria = [*self.criteria, *where]
        if self.search is None and self.by.join is None and not self.binned:
            criteria = walked(self.info, self.criteria, where, self.by, down, limit)
        return page_statement(
            self.env, self.info, self.columns, criteria, self.by, down, limit, checked=self.checked, also=self.also
        )  # fmt: skip
