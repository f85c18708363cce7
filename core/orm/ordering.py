"""What a list is ordered by: what people expect of each kind of field, not what happens to be stored.

Texts follow their pinyin key, choices and states the order in which they are declared, relations the name of the
record they point to (options their position), as far as the caller may see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import Text, cast, func, literal_column
from sqlalchemy.dialects.postgresql import array

from core.errors import BadRequest
from core.i18n import _
from core.orm.criteria import label_join, readable_value
from core.orm.fields import TEXTS, TO_MANY, TO_ONE, Field
from core.orm.masking import unless_masked
from core.orm.normalise import entry_text

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

UNORDERED: Final = frozenset({*TO_MANY, "json", "secret", "longtext", "file", "sentence"})


@dataclass(frozen=True)
class Order:
    """The order of a list: a field and a direction, the id settles ties."""

    field: Field
    descending: bool

    @classmethod
    def parse(cls, env: Env, info: ModelInfo, text: str | None) -> Order:
        """Raises BadRequest for what there is no order by, or what the caller may not see."""
        name = (text or info.order).strip()
        found = info.fields.get(name.removeprefix("-"))
        if not text and (found is None or not _may_order(env, info, found)):
            return cls(
                info.fields["id"], descending=True
            )  # the model's own order, for those who may not see it
        if found is None or not _may_order(env, info, found):
            raise BadRequest(_("The list cannot be ordered by {name}.", name=name[:80]))
        return cls(found, name.startswith("-"))


def _may_order(env: Env, info: ModelInfo, field: Field) -> bool:
    return field.name in env.policy.readable(info) and field.kind not in UNORDERED


class OrderValue(NamedTuple):
    """The expression that rows are ordered by, the field that it has its type from, and the join that it needs:
    (alias, condition).
    """

    value: Any
    field: Field
    join: tuple[Any, Any] | None = None
    codes: tuple[str, ...] = ()
    """Of a state or selection with an index, in the order of their positions: see `core.orm.stretches`."""

    def added_to(self, statement: Any) -> Any:
        """The statement with the join."""
        return statement if self.join is None else statement.outerjoin(*self.join)

    @property
    def is_id(self) -> bool:
        """Whether rows come in the order in which they were made."""
        return self.join is None and getattr(self.value, "key", "") == "id"

    def ordering(self, cls: Any, down: bool) -> list[Any]:
        """What an ORDER BY says: the value, and the id where values are equal."""
        return [
            *([] if self.is_id else [directed(self.value, down)]),
            cls.id.desc() if down else cls.id.asc(),
        ]


def directed(value: Any, down: bool) -> Any:
    """Empty values come last downwards and first upwards, as they lie in the index."""
    return value.desc().nulls_last() if down else value.asc().nulls_first()


def order_value(env: Env, info: ModelInfo, field: Field) -> OrderValue:
    """What rows of the model are ordered by for this field."""
    target = env.composition.models.get(str(field.target_key)) if field.kind in TO_ONE else None
    if target is None:
        codes = _indexed_codes(info, field) if field.name not in env.policy.masks(info) else ()
        return OrderValue(_own_value(env, info, field, info.cls), field, codes=codes)
    join = label_join(env, target, _key_of(env, info, field), "order")
    named_by = _names_order(env, target)
    return OrderValue(_own_value(env, target, named_by, join[0]), named_by, join)


def _key_of(env: Env, info: ModelInfo, field: Field) -> Any:
    """The id behind a reference, the same object each time."""
    column = getattr(info.cls, field.attribute)
    if field.name not in env.policy.masks(info):
        return column
    kept = ("order key", info.key, field.name)
    return env.policy.remembered(kept, lambda: unless_masked(env, info, field.name, column))


def _names_order(env: Env, target: ModelInfo) -> Field:
    """The field by which records of a model are listed by name: their declared position, else the name."""
    candidates = (target.fields.get(target.order), target.fields[target.display])
    usable = (one for one in candidates if one is not None and one.name != "id" and one.kind not in TO_ONE)
    return next((one for one in usable if _may_order(env, target, one)), target.fields["id"])


def _own_value(env: Env, info: ModelInfo, field: Field, cls: Any) -> Any:
    return unless_masked(env, info, field.name, _stored_value(env, info, field, cls), cls)


def _stored_value(env: Env, info: ModelInfo, field: Field, cls: Any) -> Any:
    if field.sortable and field.kind in TEXTS:
        return getattr(cls, f"_{field.column_name}__sort")
    column = getattr(cls, field.attribute)
    if field.kind == "translated":
        return readable_value(field, column, env.language)
    if field.kind == "selection":
        return _position([code for code, _label in field.choices], column)
    if field.kind == "state":
        return _position(list(info.states), column)
    return column


def _indexed_codes(info: ModelInfo, field: Field) -> tuple[str, ...]:
    if field.kind == "state":
        return tuple(info.states)
    if field.kind == "selection" and (field.index or field.sortable):
        return tuple(code for code, _label in field.choices)
    return ()


def _position(codes: Sequence[str], column: Any) -> Any:
    return func.array_position(array([cast(code, Text) for code in codes]), cast(column, Text))


@lru_cache(maxsize=1000)
def outer_cell(source: str, label: str, column_type: Any) -> Any:
    """A column of a subquery by its name, always the same object."""
    return literal_column(f"{source}.{label}", column_type)


def typed_key(field: Field, value: Any) -> Any:
    """An order value out of an address; raises ValueError or the like for what the order cannot have."""
    if value is None:
        return None
    if field.kind in ("selection", "state", "integer"):
        return whole_id(value)
    if field.kind in ("money", "decimal"):
        return Decimal(str(value))
    if field.kind == "datetime":
        return datetime.fromisoformat(value)
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind == "boolean" and isinstance(value, bool):
        return value
    if field.kind == "boolean" or not isinstance(value, str):
        raise ValueError(value)
    return entry_text(value)


def whole_id(value: Any) -> int:
    """A whole number within PostgreSQL's bigint; raises ValueError for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value
