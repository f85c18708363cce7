"""A page of a list in one statement: the page is cut first, names of related records are joined to it after.

Lists read column tuples, never entities. Paging is by key: the address holds the last row's order value and id,
so page 100 costs as much as page 1. Empty values come last downwards and first upwards, which is one index read
in both directions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, and_, inspect, select, tuple_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.util import ClauseAdapter

from core.errors import BadRequest
from core.i18n import _
from core.orm.bulk import as_json
from core.orm.criteria import display_of, readable_value, row_criteria, sort_column
from core.orm.fields import TEXTS, TO_MANY, TO_ONE, Field
from core.orm.searching import search_criteria, search_filter, search_texts
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_LIMIT: Final = 500
SEARCH_BATCH: Final = 400
MAX_SEARCHED: Final = 20_000
"""Candidates looked at for one page of a search; grams are so selective that this is out of reach in practice."""


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
    """One page: `row[0]` is the id, `row[1]` the version; `next` and `previous` are keys for the address."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    next: str | None = None
    previous: str | None = None


@dataclass(frozen=True)
class Order:
    """The order of a list: a field and a direction, the id settles ties."""

    field: Field
    descending: bool

    @classmethod
    def parse(cls, env: Env, info: ModelInfo, text: str | None) -> Order:
        name = (text or info.order).strip()
        found = info.fields.get(name.removeprefix("-"))
        known = found is not None and found.name in env.policy.readable(info)
        if found is None or not known or found.kind in (*TO_MANY, "json", "secret"):
            raise BadRequest(_("The list cannot be ordered by {name}.", name=name[:80]))
        return cls(found, name.startswith("-"))


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
            binned: bool = False) -> Page:  # fmt: skip
    """One page of a list for this caller."""
    columns = columns_of(env, info, names)
    wanted = Order.parse(env, info, order)
    limit = max(1, min(limit, MAX_LIMIT))
    backward = before is not None and after is None
    key = _read_key(wanted, before if backward else after)
    reader = _Reader(env, info, columns, wanted, [*row_criteria(env, info, info.cls, binned=binned), *where], search)
    rows = reader.read(key, limit + 1, backward)
    more = len(rows) > limit
    rows = rows[:limit]
    if backward:
        rows.reverse()
    first, last = (rows[0], rows[-1]) if rows else (None, None)
    has_next, has_previous = (bool(rows), more) if backward else (more, key is not None and bool(rows))
    return Page(
        columns,
        [row[: 2 + sum(column.width for column in columns)] for row in rows],
        next=_write_key(last) if has_next and last else None,
        previous=_write_key(first) if has_previous and first else None,
    )


class _Reader:
    """Reads rows in order from a key on; knows that empty order values form a stretch of their own."""

    def __init__(self, env: Env, info: ModelInfo, columns: Sequence[Column], order: Order, criteria: Sequence[Any],
                 search: str | None) -> None:  # fmt: skip
        self.env, self.info, self.columns, self.order, self.criteria = env, info, columns, order, list(criteria)
        self.search = search.strip() if search and search.strip() else None
        self.by = sort_column(order.field, info.cls, env.language)
        if self.search is not None:
            self.criteria.append(search_criteria(env, info, self.search))

    def read(self, key: tuple[Any, int] | None, limit: int, backward: bool) -> list[tuple[Any, ...]]:
        if self.search is None:
            return self._segments(key, limit, backward)
        kept: list[tuple[Any, ...]] = []
        looked = 0
        while len(kept) < limit and looked < MAX_SEARCHED:
            batch = self._segments(key, SEARCH_BATCH, backward)
            looked += len(batch)
            kept += search_filter(self.search, batch)
            if len(batch) < SEARCH_BATCH:
                break
            key = (batch[-1][-2], batch[-1][0])
        return [row[:-1] for row in kept[:limit]]

    def _segments(self, key: tuple[Any, int] | None, limit: int, backward: bool) -> list[tuple[Any, ...]]:
        down = self.order.descending != backward
        cls = self.info.cls
        if key is None:
            return self._rows([], limit, down)
        value, at = key
        if self.order.field.name == "id":
            return self._rows([cls.id < at if down else cls.id > at], limit, down)
        pair, mark = tuple_(self.by, cls.id), tuple_(value, at)
        beyond = pair < mark if down else pair > mark
        if value is not None:
            rows = self._rows([beyond], limit, down)
            if down and len(rows) < limit:
                rows += self._rows([self.by.is_(None)], limit - len(rows), down)
            return rows
        rows = self._rows([and_(self.by.is_(None), cls.id < at if down else cls.id > at)], limit, down)
        if not down and len(rows) < limit:
            rows += self._rows([self.by.is_not(None)], limit - len(rows), down)
        return rows

    def _rows(self, more: list[Any], limit: int, down: bool) -> list[tuple[Any, ...]]:
        statement = page_statement(
            self.env, self.info, self.columns, [*self.criteria, *more], self.by, down, limit, searched=bool(self.search)
        )
        return [tuple(row) for row in self.env.session.execute(statement, execution_options=TRUSTED)]


def page_statement(env: Env, info: ModelInfo, columns: Sequence[Column], criteria: Sequence[Any], by: Any, down: bool,
                   limit: int | None, *, searched: bool = False) -> Select[Any]:  # fmt: skip
    """The list's statement: an inner select cuts the page, outer joins add the labels."""
    cls = info.cls
    cells = [cls.id.label("id"), cls.version.label("version")]
    for n, column in enumerate(columns):
        value = readable_value(column.field, getattr(cls, column.field.attribute), env.language)
        cells.append(value.label(f"c{n}"))
    cells.append(by.label("by_"))
    if searched:
        cells.append(search_texts(env, info).label("texts_"))
    by_id = info.fields["id"].attribute == getattr(by, "key", "")
    ordering = [] if by_id else [by.desc().nulls_last() if down else by.asc().nulls_first()]
    inner = select(*cells).where(*criteria).order_by(*ordering, cls.id.desc() if down else cls.id.asc())
    cut = (inner.limit(limit) if limit is not None else inner).subquery("p")
    return _with_labels(env, info, columns, cut, ordering, down, searched)


def _with_labels(env: Env, info: ModelInfo, columns: Sequence[Column], cut: Any, ordering: Sequence[Any], down: bool,
                 searched: bool) -> Select[Any]:  # fmt: skip
    source: Any = cut
    cells: list[Any] = [cut.c.id, cut.c.version]
    for n, column in enumerate(columns):
        cells.append(cut.c[f"c{n}"])
        if column.width == 2:
            target = env.composition.models[str(column.field.target_key)]
            alias, on = label_join(env, target, cut.c[f"c{n}"])
            source = source.outerjoin(alias, on)
            cells.append(display_of(target, alias, env.language))
    cells.append(cut.c.by_)
    if searched:
        cells.append(cut.c.texts_)
    outer = []
    if ordering:
        outer.append(cut.c.by_.desc().nulls_last() if down else cut.c.by_.asc().nulls_first())
    return select(*cells).select_from(source).order_by(*outer, cut.c.id.desc() if down else cut.c.id.asc())


def label_join(env: Env, target: ModelInfo, key: Any) -> tuple[Any, Any]:
    """An alias of the target and the condition that joins it, as far as the caller may see it.

    A record in the bin keeps its name where it is referred to.
    """
    alias: Any = aliased(target.cls)
    adapter = ClauseAdapter(inspect(alias).selectable)
    live = target.cls.deleted_at.is_(None)
    criteria = [c for c in row_criteria(env, target, target.cls) if not c.compare(live)]
    return alias, and_(alias.id == key, *(adapter.traverse(criterion) for criterion in criteria))


def _write_key(row: Sequence[Any]) -> str:
    text = json.dumps([row[-1], row[0]], default=as_json, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_key(order: Order, key: str | None) -> tuple[Any, int] | None:
    """A key from the address; whatever was not written by us is refused."""
    if key is None or key == "":
        return None
    try:
        value, at = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        if not isinstance(at, int) or isinstance(at, bool) or isinstance(value, (dict, list)):
            raise ValueError(key)
        return _typed(order.field, value), at
    except (ValueError, TypeError, ArithmeticError, UnicodeDecodeError):
        raise BadRequest(_("The address of this page is damaged. Please open the list again.")) from None


def _typed(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.kind in ("money", "decimal"):
        return Decimal(str(value))
    if field.kind == "datetime":
        return datetime.fromisoformat(value)
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind in (*TO_ONE, "integer"):
        return int(value)
    if field.kind in TEXTS and not isinstance(value, str):
        raise ValueError(value)
    return value
