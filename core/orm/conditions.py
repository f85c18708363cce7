"""Conditions that come from outside, as in an address: looked up in the registry, bound as parameters, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, or_, select, true

from core.errors import BadRequest
from core.i18n import _, parse_decimal
from core.orm.binding import sealed
from core.orm.buckets import Span, day_span, relative_span
from core.orm.column_types import State
from core.orm.criteria import MAX_LIST_VALUES, MAX_VALUE_LENGTH, seen_value
from core.orm.fields import TEXTS, TO_ONE, Field
from core.orm.methods import Where
from core.orm.normalise import entry_text

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Comparison = Callable[[Any, Any], Where]

_COMPARISONS: Final[dict[str, Comparison]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: or_(column != value, column.is_(None)),
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
}
_SIZES: Final = frozenset({"lt", "le", "gt", "ge", "between"})
_ORDERED: Final = frozenset({"integer", "decimal", "money", "date", "datetime"})
OPERATORS: Final = frozenset({*_COMPARISONS, "in", "contains", "starts", "empty", "between"})


def condition(env: Env, info: ModelInfo, name: Any, op: Any, value: Any) -> Where:
    """One filter from outside; raises BadRequest for what does not exist or fit."""
    field = info.fields.get(name) if isinstance(name, str) else None
    if field is None or field.name not in env.policy.readable(info):
        raise BadRequest(_("There is no field {name} to filter by.", name=str(name)[:80]))
    return field_condition(env, info, field, op, value)


def field_condition(env: Env, info: ModelInfo, field: Field, op: Any, value: Any) -> Where:
    """A filter by a field that somebody else has let through: the caller may not be able to read it."""
    if (
        not isinstance(op, str)
        or op not in OPERATORS
        or (field.kind in ("json", "file", "sentence") and op != "empty")
    ):
        raise BadRequest(_("There is no filter operator {name}.", name=str(op)[:80]))
    value = _cleaned(field, value)
    if field.kind in ("one2many", "many2many"):
        return _to_many(info, field, op, value)
    column = seen_value(env, info, field)
    if op == "empty":
        is_text = field.kind in TEXTS or field.kind == "translated"
        is_empty = or_(column.is_(None), column == "") if is_text else column.is_(None)
        return is_empty if truth(value) else ~is_empty
    if field.kind in ("date", "datetime"):
        return _in_time(env, field, column, op, value)
    if op in ("contains", "starts"):
        return _like(field, column, op, value)
    if op == "in":
        return column.in_([parsed(env, field, part) for part in _several(field, value)])
    if op in _SIZES and field.kind not in _ORDERED:
        raise BadRequest(_("{name} cannot be compared by size.", name=field.label))
    if op == "between":
        low, high = _pair(field, value)
        return and_(
            *(t for t in (_bound(env, field, column, "ge", low), _bound(env, field, column, "le", high)))
        )
    return _COMPARISONS[op](column, parsed(env, field, value))


def _cleaned(field: Field, value: Any) -> Any:
    """Texts as the database can take them, within bounds."""
    if isinstance(value, str):
        if len(value) > MAX_VALUE_LENGTH:
            raise BadRequest(_("The filter value of {name} is too long.", name=field.label))
        return entry_text(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_cleaned(field, part) for part in value]
    return value


def _several(field: Field, value: Any) -> list[Any]:
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    if len(parts) > MAX_LIST_VALUES:
        raise BadRequest(_("The filter of {name} has too many values.", name=field.label))
    return parts


def _bound(env: Env, field: Field, column: Any, op: str, value: Any) -> Where:
    return true() if value == "" else _COMPARISONS[op](column, parsed(env, field, value))


def _pair(field: Field, value: Any) -> tuple[Any, Any]:
    if isinstance(value, list) and len(value) == 2:
        return value[0], value[1]
    low, dots, high = str(value).partition("..")
    if not dots:
        raise BadRequest(_("{name}: write a range as from..to.", name=field.label))
    return low, high


def _like(field: Field, column: Any, op: str, value: Any) -> Where:
    if field.kind not in TEXTS and field.kind != "translated":
        raise BadRequest(_("{name} is not a text.", name=field.label))
    escaped = str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"{escaped}%" if op == "starts" else f"%{escaped}%"
    return column.ilike(pattern, escape="\\")  # type: ignore[no-any-return]


def _in_time(env: Env, field: Field, column: Any, op: str, value: Any) -> Where:
    """Days are the company's days: 'today' begins at its midnight, whatever the server's clock shows."""
    if op in ("contains", "starts"):
        raise BadRequest(_("{name} is not a text.", name=field.label))
    if isinstance(value, datetime) and field.kind == "datetime" and op in _COMPARISONS:
        return _COMPARISONS[op](column, value if value.tzinfo else value.replace(tzinfo=env.timezone))
    if op == "in":
        return or_(
            *(_within(env, field, column, "in", _span(env, field, part)) for part in _several(field, value))
        )
    if op == "between":
        low, high = _pair(field, value)
        first = None if low == "" else _span(env, field, low)[0]
        after = None if high == "" else _span(env, field, high)[1]
        return _within(env, field, column, op, (first, after))
    return _within(env, field, column, op, _span(env, field, value))


def _span(env: Env, field: Field, value: Any) -> Span:
    try:
        if isinstance(value, datetime):
            value = value.astimezone(env.timezone).date() if value.tzinfo else value.date()
        today = env.today
        return relative_span(str(value), today) or day_span(value)
    except (ValueError, OverflowError):
        raise BadRequest(
            _("{name}: {value} is not a date.", name=field.label, value=str(value)[:40])
        ) from None


def _within(env: Env, field: Field, column: Any, op: str, span: tuple[date | None, date | None]) -> Where:
    start, stop = (_moment(env, field, day) for day in span)
    edge = {"lt": start, "le": stop, "gt": stop, "ge": start}.get(op)
    if edge is not None:
        return column < edge if op in ("lt", "le") else column >= edge  # type: ignore[no-any-return]
    inside = and_(
        *([column >= start] if start else []), *([column < stop] if stop else []), column.is_not(None)
    )
    return ~inside if op == "ne" else inside


def _moment(env: Env, field: Field, day: date | None) -> date | datetime | None:
    if day is None or field.kind == "date":
        return day
    return datetime(day.year, day.month, day.day, tzinfo=env.timezone)


def _to_many(info: ModelInfo, field: Field, op: str, value: Any) -> Where:
    if field.kind != "many2many" or op not in ("eq", "in", "empty"):
        raise BadRequest(_("{name} cannot be filtered like this.", name=field.label))
    link = info.link_tables[field.name]
    linked = select(link.c.left_id)
    if op == "empty":
        has_none = info.cls.id.not_in(linked)
        return sealed(has_none if truth(value) else ~has_none)  # type: ignore[no-any-return]
    ids = [whole(part, field) for part in _several(field, value)]
    return sealed(info.cls.id.in_(linked.where(link.c.right_id.in_(ids))))  # type: ignore[no-any-return]


def parsed(env: Env, field: Field, value: Any) -> Any:
    """A value from outside as the column's type; what does not fit is the caller's mistake, said in words."""
    if field.kind in TO_ONE:
        if value == "me" and field.target_key == "base.user":
            return env.user_id
        return None if value is None else whole(value, field)
    if value is None:
        return None
    if field.kind == "integer":
        return whole(value, field)
    if field.kind == "boolean":
        return value if isinstance(value, bool) else truth(value)
    if field.kind in ("money", "decimal"):
        return _number(env, field, value)
    if isinstance(value, State):
        return value.code
    if not isinstance(value, (str, int, Decimal)):
        raise BadRequest(_("{name} is not a text.", name=field.label))
    return str(value)


def _number(env: Env, field: Field, value: Any) -> Decimal:
    try:
        number = parse_decimal(value, env.language) if isinstance(value, str) else Decimal(str(value))
        if not number.is_finite():
            raise ValueError(value)
    except (ValueError, InvalidOperation):
        raise BadRequest(
            _("{name}: {value} is not a number.", name=field.label, value=str(value)[:40])
        ) from None
    return number


def whole(value: Any, field: Field) -> int:
    """A whole number within PostgreSQL's bigint, from a text, a number or a record."""
    found = getattr(value, "id", value)
    try:
        number = int(found)
        if isinstance(found, bool) or number != (found if not isinstance(found, str) else number):
            raise ValueError(found)
    except (ValueError, TypeError, OverflowError):
        raise BadRequest(
            _("{name}: {value} is not a number.", name=field.label, value=str(value)[:40])
        ) from None
    if not -(2**63) <= number < 2**63:
        raise BadRequest(_("{name}: the number is too large.", name=field.label))
    return number


def truth(value: Any) -> bool:
    """Yes or no as it stands in addresses and files."""
    return str(value).strip().lower() in ("1", "true", "yes", "on", "是", "t", "y")
