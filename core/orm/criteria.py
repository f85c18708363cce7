"""Which rows: company, bin and policy in one expression, and conditions that come from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from core.errors import BadRequest
from core.i18n import _, parse_decimal
from core.orm.buckets import day_span, relative_span
from core.orm.fields import TEXTS, TO_ONE, Field
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_VALUE_LENGTH: Final = 1000
MAX_LIST_VALUES: Final = 200


def row_criteria(env: Env, info: ModelInfo, cls: Any, action: str = "read", *, binned: bool = False) -> list[Where]:
    """Everything that binds a statement on `cls` (the composed class or an alias of it) for this caller."""
    found: list[Where] = []
    if info.kind == "company":
        found.append(cls.company_id == env.company_id)
    elif info.kind == "shared":
        found.append(cls.company_id.in_([0, env.company_id]))
    found.append(cls.deleted_at.is_not(None) if binned else cls.deleted_at.is_(None))
    if not env.policy.allowed(info, action):
        return [false()]
    where = env.policy.where(info, action)
    if where is not None:
        found.append(where)
    return found


def display_of(info: ModelInfo, cls: Any, language: str) -> ColumnElement[Any]:
    """The expression that names a record, in the reader's language."""
    return readable_value(info.fields[info.display], getattr(cls, info.display), language)


def readable_value(field: Field, column: Any, language: str) -> ColumnElement[Any]:
    """A column as it is read: translated texts in one language with fallback."""
    if field.kind != "translated":
        return column  # type: ignore[no-any-return]
    other = "en" if language != "en" else "zh_CN"
    return func.coalesce(column.op("->>")(language), column.op("->>")(other))


def sort_column(field: Field, cls: Any, language: str) -> Any:
    """What a list is ordered by: the stored pinyin key for texts."""
    if field.sortable and field.kind in TEXTS:
        return getattr(cls, f"_{field.column_name}__sort")
    if field.kind == "translated":
        return readable_value(field, getattr(cls, field.name), language)
    return getattr(cls, field.attribute)


Comparison = Callable[[Any, Any], Where]

_COMPARISONS: Final[dict[str, Comparison]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: or_(column != value, column.is_(None)),
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
}
_ORDERED: Final = frozenset({"integer", "decimal", "money", "date", "datetime"})
OPERATORS: Final = frozenset({*_COMPARISONS, "in", "contains", "starts", "empty", "between"})


def condition(env: Env, info: ModelInfo, name: str, op: str, value: Any) -> Where:
    """One filter from outside, looked up in the registry and bound as a parameter; never interpolated."""
    field = info.fields.get(name)
    if field is None or field.name not in env.policy.readable(info):
        raise BadRequest(_("There is no field {name} to filter by.", name=str(name)[:80]))
    if op not in OPERATORS:
        raise BadRequest(_("There is no filter operator {name}.", name=str(op)[:80]))
    if isinstance(value, str) and len(value) > MAX_VALUE_LENGTH:
        raise BadRequest(_("The filter value of {name} is too long.", name=field.label))
    if field.kind in ("one2many", "many2many"):
        return _to_many(env, info, field, op, value)
    column = getattr(info.cls, field.attribute)
    if op == "empty":
        is_empty = column.is_(None) if field.kind not in TEXTS else or_(column.is_(None), column == "")
        return is_empty if truth(value) else ~is_empty
    if field.kind in ("date", "datetime"):
        return _in_time(env, field, column, op, value)
    if op in ("contains", "starts"):
        return _like(env, field, column, op, value)
    if op == "in":
        parts = value.split(",") if isinstance(value, str) else list(value)
        if len(parts) > MAX_LIST_VALUES:
            raise BadRequest(_("The filter of {name} has too many values.", name=field.label))
        return column.in_([parsed(env, field, part) for part in parts])  # type: ignore[no-any-return]
    if op == "between":
        low, high = _pair(field, value)
        return and_(*(t for t in (_bound(env, field, column, "ge", low), _bound(env, field, column, "le", high))))
    if op in ("lt", "le", "gt", "ge") and field.kind not in _ORDERED:
        raise BadRequest(_("{name} cannot be compared by size.", name=field.label))
    return _COMPARISONS[op](column, parsed(env, field, value))


def _bound(env: Env, field: Field, column: Any, op: str, value: str) -> Where:
    return true() if value == "" else _COMPARISONS[op](column, parsed(env, field, value))


def _pair(field: Field, value: Any) -> tuple[str, str]:
    low, dots, high = str(value).partition("..")
    if not dots:
        raise BadRequest(_("{name}: write a range as from..to.", name=field.label))
    return low, high


def _like(env: Env, field: Field, column: Any, op: str, value: Any) -> Where:
    if field.kind not in TEXTS and field.kind != "translated":
        raise BadRequest(_("{name} is not a text.", name=field.label))
    column = readable_value(field, column, env.language)
    escaped = str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"{escaped}%" if op == "starts" else f"%{escaped}%"
    return column.ilike(pattern, escape="\\")  # type: ignore[no-any-return]


def _in_time(env: Env, field: Field, column: Any, op: str, value: Any) -> Where:
    """Days are the company's days: 'today' begins at its midnight, whatever the server's clock shows."""
    today = env.clock().astimezone(env.timezone).date()
    try:
        if op == "between":
            low, high = _pair(field, value)
            first = day_span(low)[0] if low else None
            after = day_span(high)[1] if high else None
        else:
            first, after = relative_span(str(value), today) or day_span(value)
    except ValueError:
        raise BadRequest(_("{name}: {value} is not a date.", name=field.label, value=str(value)[:40])) from None
    if field.kind == "datetime":
        start = None if first is None else datetime(first.year, first.month, first.day, tzinfo=env.timezone)
        stop = None if after is None else datetime(after.year, after.month, after.day, tzinfo=env.timezone)
    else:
        start, stop = first, after  # type: ignore[assignment]
    inside = and_(*([column >= start] if start else []), *([column < stop] if stop else []), column.is_not(None))
    decided: dict[str, Where] = {
        "eq": inside, "in": inside, "between": inside, "ne": ~inside,
        "lt": column < start, "le": column < stop, "gt": column >= stop, "ge": column >= start,
    }  # fmt: skip
    return decided[op]


def _to_many(env: Env, info: ModelInfo, field: Field, op: str, value: Any) -> Where:
    if field.kind != "many2many" or op not in ("eq", "in"):
        raise BadRequest(_("{name} cannot be filtered like this.", name=field.label))
    link = info.link_tables[field.name]
    ids = [whole(part, field) for part in str(value).split(",")[:MAX_LIST_VALUES]]
    from sqlalchemy import select

    return info.cls.id.in_(select(link.c.left_id).where(link.c.right_id.in_(ids)))  # type: ignore[no-any-return]


def parsed(env: Env, field: Field, value: Any) -> Any:
    """A value from outside as the column's type; what does not fit is the caller's mistake, said in words."""
    if not isinstance(value, str):
        return getattr(value, "id", value)
    if field.kind in TO_ONE:
        if value == "me" and field.target_key == "base.user":
            return env.user_id
        return whole(value, field)
    if field.kind == "integer":
        return whole(value, field)
    if field.kind == "boolean":
        return truth(value)
    if field.kind in ("money", "decimal"):
        try:
            return parse_decimal(value, env.language)
        except (ValueError, InvalidOperation):
            raise BadRequest(_("{name}: {value} is not a number.", name=field.label, value=value[:40])) from None
    return value


def whole(value: str, field: Field) -> int:
    """A whole number within PostgreSQL's bigint."""
    try:
        number = int(value)
    except ValueError:
        raise BadRequest(_("{name}: {value} is not a number.", name=field.label, value=value[:40])) from None
    if not -(2**63) <= number < 2**63:
        raise BadRequest(_("{name}: the number is too large.", name=field.label))
    return number


def truth(value: Any) -> bool:
    """Yes or no as it stands in addresses and files."""
    return str(value).strip().lower() in ("1", "true", "yes", "on", "是", "t", "y")


def utc_now() -> datetime:
    """The clock of an Env that has no other."""
    return datetime.now(UTC)


