"""A page of a list in one statement: the page is cut first, names of related records are joined to it after.

Lists read column tuples, never entities. Paging is by key: the address holds the last row's order value and id,
so page 100 costs as much as page 1. Empty values come last downwards and first upwards, which is one index read
in both directions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, and_, case, literal_column, null, or_, select, tuple_, union_all

from core.errors import BadRequest
from core.i18n import _
from core.orm.alternatives import telling
from core.orm.binding import read, seal
from core.orm.bulk import as_json
from core.orm.criteria import label_join, label_of, readable_value, row_criteria
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.kept import Build, read_kept
from core.orm.masking import shown_instead, unless_masked
from core.orm.ordering import Order, OrderValue, directed, order_value, outer_cell, typed_key, whole_id
from core.orm.searching import MAX_SEARCHED, grams_suffice, search_criteria, search_filter, search_texts
from core.orm.stretches import stretches
from core.orm.walking import walked

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_LIMIT: Final = 500
SEARCH_BATCH: Final = 400
LARGER_BATCH: Final = 2_000
CUT: Final = "p"
Key = tuple[Any, int]


@dataclass(frozen=True)
class Column:
    """Where a field's value stands in the row tuples; relations have two cells, id and label."""

    name: str
    kind: str
    field: Field
    offset: int
    width: int


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


def columns_of(env: Env, info: ModelInfo, names: Sequence[str]) -> tuple[Column, ...]:
    """The layout of the tuples for these fields."""
    readable = env.policy.readable(info)
    found: list[Column] = []
    offset = 2
    for name in names:
        field = info.fields.get(name)
        if field is None or name not in readable:
            raise BadRequest(_("There is no field {name} to show.", name=str(name)[:80]))
        if field.kind in TO_MANY:
            raise BadRequest(_("{name} holds many records and cannot be a column.", name=field.label))
        width = 2 if field.kind in TO_ONE else 1
        found.append(Column(name, field.kind, field, offset, width))
        offset += width
    return tuple(found)


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
    reader = _Reader(env, info, columns, wanted, where, search, binned, also)
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


class _Reader:
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
        return [tuple(row) for row in read_kept(self.env, self.info, kept, [*self.where, *more], build)]

    def _statement(self, where: Sequence[Any], limit: int, down: bool) -> Select[Any]:
        criteria = [*self.criteria, *where]
        if self.search is None and self.by.join is None and not self.binned:
            criteria = walked(self.info, self.criteria, where, self.by, down, limit)
        return page_statement(
            self.env, self.info, self.columns, criteria, self.by, down, limit, checked=self.checked, also=self.also
        )  # fmt: skip


def page_statement(env: Env, info: ModelInfo, columns: Sequence[Column], criteria: Sequence[Any], by: OrderValue,
                   down: bool, limit: int, *, checked: str | None = None,
                   also: Any = None) -> Select[Any]:  # fmt: skip
    """The list's statement: an inner select cuts the page, outer joins add the labels. `checked` is a search whose
    rows are checked again: they bring their texts along, but those that are hits by `also`."""
    cls = info.cls
    cells = [*_cells(env, info, columns), by.value.label("by_")]
    if checked is not None:
        texts = search_texts(env, info, checked)
        cells.append((texts if also is None else case((also, null()), else_=texts)).label("texts_"))
    inner = by.added_to(select(*cells).select_from(cls)).where(*criteria)
    inner = inner.order_by(*by.ordering(cls, down)).limit(limit)
    return _with_labels(env, columns, seal(inner).subquery(CUT), cells, not by.is_id, down)


def position_statement(env: Env, info: ModelInfo, columns: Sequence[Column], parts: Sequence[Sequence[Any]],
                       positions: Sequence[Any], down: bool, limit: int) -> Select[Any]:  # fmt: skip
    """The same for a list in stretches, each with its criteria and its place in the order."""
    by_id = info.cls.id.desc() if down else info.cls.id.asc()
    cells = _cells(env, info, columns)
    selects = [
        seal(select(*cells, position.label("by_")).where(*criteria).order_by(by_id).limit(limit))
        for criteria, position in zip(parts, positions, strict=True)
    ]
    key: Any = literal_column("id")
    by: Any = literal_column("by_")
    ordering = [directed(by, down), key.desc() if down else key.asc()]
    joined = seal(union_all(*selects)).order_by(*ordering).limit(limit) if len(selects) > 1 else selects[0]
    cut = joined.subquery(CUT)
    return _with_labels(env, columns, cut, [*cells, positions[-1].label("by_")], True, down)


def _cells(env: Env, info: ModelInfo, columns: Sequence[Column]) -> list[Any]:
    found = [cell(info, "id", "id", env.language), cell(info, "version", "version", env.language)]
    return found + [seen_cell(env, info, column.name, f"c{n}") for n, column in enumerate(columns)]


def seen_cell(env: Env, info: ModelInfo, name: str, label: str) -> Any:
    """A column as the caller may see it on each row."""
    if name not in env.policy.masks(info):
        return cell(info, name, label, env.language)
    kept = ("cell", info.key, name, label, env.language)
    return env.policy.remembered(kept, lambda: _masked_cell(env, info, name, label))


def _masked_cell(env: Env, info: ModelInfo, name: str, label: str) -> Any:
    field = info.fields[name]
    value = readable_value(field, getattr(info.cls, field.attribute), env.language)
    return unless_masked(env, info, name, value, instead=shown_instead(field)).label(label)


@lru_cache(maxsize=20_000)
def cell(info: ModelInfo, name: str, label: str, language: str) -> Any:
    """A column of the inner select; made once, because making them is most of the work of a page."""
    field = info.fields[name]
    return readable_value(field, getattr(info.cls, field.attribute), language).label(label)


def _with_labels(env: Env, columns: Sequence[Column], cut: Any, inner: Sequence[Any], by_value: bool,
                 down: bool) -> Select[Any]:  # fmt: skip
    source: Any = cut
    key, version, *given = [outer_cell(CUT, cell.name, cell.type) for cell in inner]
    cells: list[Any] = [key, version]
    for n, column in enumerate(columns):
        cells.append(given[n])
        if column.width == 2:
            target = env.composition.models.get(str(column.field.target_key))
            if target is None:
                cells.append(null())
                continue
            alias, on = label_join(env, target, given[n], n)
            source = source.outerjoin(alias, on)
            cells.append(label_of(env, target, alias))
    by, *texts = given[len(columns) :]
    outer = [directed(by, down)] if by_value else []
    statement = select(*cells, by, *texts).select_from(source)
    return statement.order_by(*outer, key.desc() if down else key.asc())


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
