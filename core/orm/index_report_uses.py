"""What indexes are for: questions about a model that its declarations let people ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import FromClause

from core.i18n import LazyString, _
from core.orm.column_types import GRAMS
from core.orm.fields import TEXTS, TO_ONE, Field
from core.orm.index_report_shape import Key, Shape, UseKind
from core.orm.rls import INFO_KEY
from core.orm.tables import LIVE, SYSTEM_COLUMNS, short_name

if TYPE_CHECKING:
    from core.orm.model_info import ModelInfo

_ORDERED = frozenset({"integer", "decimal", "money", "date", "datetime"})


@dataclass(frozen=True)
class Use:
    """A question that should be one read of an index, and why people ask it."""

    info: ModelInfo
    kind: UseKind
    columns: tuple[str, ...]
    purpose: LazyString

    @property
    def table(self) -> Table:
        return self.info.table

    def proposal(self) -> tuple[str, Shape]:
        """The index that a declaration would make for it, under the name that it would have."""
        scope = [Key("company_id")] if self.info.kind != "deployment" else []
        own = [Key(column, nulls_first=self.kind == "order") for column in self.columns]
        name = short_name("by" if self.kind == "order" else "ix", self.info.name, *self.columns)
        return name, Shape((*scope, *own, Key("id")), where=LIVE, condition=LIVE)


def model_uses(info: ModelInfo) -> Iterator[Use]:
    """What the model alone says: order, search, relations, unique values, the owner's rows."""
    for found in info.fields.values():
        if not found.is_stored or (found.name == "company" and info.kind != "deployment"):
            continue
        if found.kind in TO_ONE and found.name not in ("created_by", "changed_by"):
            yield find_use(info, found, _("“{field}”, a reference", field=found.label))
        elif found.name not in SYSTEM_COLUMNS and (found.index or found.kind == "state"):
            yield find_use(info, found, _("filters by “{field}”", field=found.label))
        if found.sortable:
            yield from order_use(info, found)
    yield from order_use(info, info.fields.get(info.order.removeprefix("-")))
    for names in info.uniques:
        columns = tuple(info.fields[name].column_name for name in names)
        labels = [info.fields[name].label for name in names]
        yield Use(info, "unique", columns, _("“{fields}” is unique", fields=labels))
    if info.searchable:
        column = next(column.name for column in info.table.columns if isinstance(column.type, type(GRAMS)))
        yield Use(info, "search", (column,), _("search by words"))
    if info.is_owned:
        yield find_use(info, info.fields["owner"], _("rights that follow the owner"))


def find_use(info: ModelInfo, found: Field, purpose: LazyString) -> Use:
    """Rows with one value of a field."""
    return Use(info, "find", (found.column_name,), purpose)


def order_use(info: ModelInfo, found: Field | None) -> Iterator[Use]:
    """Lists ordered by a field, where an index can give that order: not by related names, nor by places of codes."""
    if found is None or not found.is_stored:
        return
    purpose = _("lists ordered by “{field}”", field=found.label)
    if found.sortable and found.kind in TEXTS:
        yield Use(info, "order", (f"{found.column_name}__sort",), purpose)
    elif found.name == "id" or found.kind in _ORDERED:
        yield Use(info, "order", (found.column_name,), purpose)


def condition_uses(info: ModelInfo, condition: ColumnElement[Any], purpose: LazyString) -> Iterator[Use]:
    """The stored columns of the model itself that a condition compares."""
    known = {found.column_name: found for found in info.fields.values() if found.is_stored}
    seen: set[str] = set()
    for element in visitors.iterate(condition):
        table, name = getattr(element, "table", None), str(getattr(element, "name", ""))
        is_own = isinstance(table, FromClause) and getattr(table, "info", {}).get(INFO_KEY, {}).get("model")
        if is_own != info.key or name in seen or name not in known or name in SYSTEM_COLUMNS:
            continue
        seen.add(name)
        if known[name].kind not in (*TEXTS, "translated", "json", "boolean") or known[name].index:
            yield find_use(info, known[name], purpose)
