"""The statements of lists: the page is cut first, names of related records are joined to it after.

Lists read column tuples, never entities; `Column` says where a field's value stands in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Boolean, Select, case, literal_column, null, select, union_all

from core.errors import BadRequest
from core.i18n import _
from core.orm.binding import seal
from core.orm.bounded import bounded
from core.orm.criteria import label_join, label_of, readable_value
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.masking import shown_instead, unless_masked
from core.orm.ordering import OrderValue, directed, outer_cell
from core.orm.searching import text_cells, unless_written

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

CUT: Final = "p"


@dataclass(frozen=True)
class Column:
    """Where a field's value stands in the row tuples; relations have two cells, id and label."""

    name: str
    kind: str
    field: Field
    offset: int
    width: int


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


def page_statement(env: Env, info: ModelInfo, columns: Sequence[Column], criteria: Sequence[Any], by: OrderValue,
                   down: bool, limit: int, *, checked: str | None = None,
                   also: Any = None) -> Select[Any]:  # fmt: skip
    """The list's statement: an inner select cuts the page, outer joins add the labels. `checked` is a search whose
    rows are checked again: they bring their texts along, but those that are hits by `also`."""
    cls = info.cls
    cells = [*_cells(env, info, columns), by.value.label("by_")]
    texts: list[Any] = []
    if checked is not None:
        more = [text.label(f"t{n}_") for n, text in enumerate(text_cells(env, info))]
        found = unless_written([outer_cell(CUT, text.name, text.type) for text in more], checked)
        if also is not None:
            more.append(also.label("also_"))
            found = case((outer_cell(CUT, "also_", Boolean()), null()), else_=found)
        cells += more
        texts = [found]
    where = criteria if checked is not None else bounded(info, criteria, by, down, limit)
    inner = by.added_to(select(*cells).select_from(cls)).where(*where)
    inner = inner.order_by(*by.ordering(cls, down)).limit(limit)
    return _with_labels(env, columns, seal(inner).subquery(CUT), cells, not by.is_id, down, texts)


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
                 down: bool, texts: Sequence[Any] = ()) -> Select[Any]:  # fmt: skip
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
    by = given[len(columns)]
    outer = [directed(by, down)] if by_value else []
    statement = select(*cells, by, *texts).select_from(source)
    return statement.order_by(*outer, key.desc() if down else key.asc())
