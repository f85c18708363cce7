"""Values on their way into a row: converted, normalised and checked, with the problem at its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from core.errors import BadRequest, ValidationFailed
from core.i18n import LazyString, _
from core.orm.column_types import State
from core.orm.fields import MISSING, TEXTS, TO_MANY, TO_ONE, Field, translations
from core.orm.normalise import entry_text, is_blank

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Problems = dict[str, list[LazyString]]
DEFAULT_LENGTH: Final = {"text": 500, "email": 254, "phone": 50, "url": 2000, "longtext": 100_000, "translated": 500}
_EMAIL: Final = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+")
_PHONE: Final = re.compile(r"[0-9０-９+＋()（）\-－—\s.,/#*转extEXT分机]{3,50}")
_URL: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
MONEY_LIMIT: Final = Decimal(10) ** 15


def refuse_unknown(info: ModelInfo, env: Env, values: Mapping[str, Any]) -> None:
    """Names that are no field here (or belong to an addon that is off) are refused, never stored."""
    for name in values:
        field = info.fields.get(name)
        if field is None or field.addon not in env.addons:
            raise BadRequest(_("{model} has no field {name}.", model=info.label, name=str(name)[:80]))


def refuse_locked(info: ModelInfo, env: Env, values: Mapping[str, Any]) -> None:
    """Fields the caller may not set: system and computed ones, and those without the field right."""
    editable = env.policy.editable(info)
    for name in values:
        field = info.fields[name]
        if field.system or field.readonly or field.is_computed or field.kind in ("one2many", "state") or name not in editable:
            raise BadRequest(_("{name} cannot be changed here.", name=field.label))


def converted(field: Field, value: Any, language: str) -> Any:
    """The value as it is stored; raises ValueError with a text for the user where it does not fit."""
    if value is None or value is MISSING:
        return None
    if field.kind in TEXTS or field.kind in ("selection", "secret", "file"):
        return _text(field, value)
    if field.kind in TO_ONE:
        return _identity(field, value)
    if field.kind in TO_MANY:
        return sorted({_identity(field, one) for one in value})
    if field.kind == "translated":
        return {key: entry_text(text) for key, text in translations(value).items() if text}
    if field.kind in ("money", "decimal"):
        return _number(field, value)
    if field.kind == "integer":
        return int(value)
    if field.kind == "boolean":
        return bool(value)
    if field.kind == "date":
        return value.date() if isinstance(value, datetime) else _checked(field, value, date)
    if field.kind == "datetime":
        moment = _checked(field, value, datetime)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if field.kind == "state":
        return value.code if isinstance(value, State) else value
    return value


def _checked(field: Field, value: Any, wanted: type) -> Any:
    if not isinstance(value, wanted):
        raise ValueError(_("{name} is not a date.", name=field.label))
    return value


def _identity(field: Field, value: Any) -> int:
    found = getattr(value, "id", value)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found < 2**63:
        raise ValueError(_("{name}: there is no such record.", name=field.label))
    return found


def _number(field: Field, value: Any) -> Decimal:
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(_("{name} is not a number.", name=field.label)) from None
    if not number.is_finite() or abs(number) >= MONEY_LIMIT:
        raise ValueError(_("{name}: the number is too large.", name=field.label))
    return round(number, 4) if field.kind == "money" else round(number, 8)


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise ValueError(_("{name} is not a text.", name=field.label))
    text = entry_text(value)
    if field.kind != "longtext":
        text = text.strip()
    if is_blank(text):
        return "" if field.default == "" else None
    limit = field.max_length or DEFAULT_LENGTH.get(field.kind, 500)
    if len(text) > limit:
        raise ValueError(_("{name} may have {limit} characters at most.", name=field.label, limit=limit))
    if field.kind == "email" and not _EMAIL.fullmatch(text):
        raise ValueError(_("{name} is not a mail address.", name=field.label))
    if field.kind == "phone" and not _PHONE.fullmatch(text):
        raise ValueError(_("{name} is not a telephone number.", name=field.label))
    if field.kind == "url" and not _URL.fullmatch(text):
        raise ValueError(_("{name} is not a web address (http:// or https://).", name=field.label))
    if field.kind == "selection" and text not in dict(field.choices):
        raise ValueError(_("{name}: please choose from the list.", name=field.label))
    return text


def convert_all(info: ModelInfo, values: Mapping[str, Any], language: str, problems: Problems) -> dict[str, Any]:
    """Converted values by field name; what does not fit is added to `problems`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = info.fields[name]
        try:
            found[name] = converted(field, value, language)
        except (ValueError, TypeError, OverflowError) as problem:
            text = problem.args[0] if problem.args else None
            message = text if isinstance(text, LazyString) else _("{name} is not valid.", name=field.label)
            problems.setdefault(name, []).append(message)
    return found


def check_row(info: ModelInfo, row: Mapping[str, Any], names: Iterable[str], problems: Problems,
              waived: frozenset[str] = frozenset()) -> None:  # fmt: skip
    """Required-ness and bounds of the named fields, after conversion."""
    for name in names:
        field, value = info.fields[name], row.get(name)
        if value is None and field.required and field.kind != "number" and name not in {*waived, *problems}:
            problems.setdefault(name, []).append(_("{name} is required.", name=field.label))
        if value is not None and field.minimum is not None and value < field.minimum:
            problems.setdefault(name, []).append(
                _("{name} must be at least {value}.", name=field.label, value=field.minimum))  # fmt: skip
        if value is not None and field.maximum is not None and value > field.maximum:
            problems.setdefault(name, []).append(
                _("{name} must be at most {value}.", name=field.label, value=field.maximum))  # fmt: skip


def with_defaults(info: ModelInfo, env: Env, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the declared defaults of enabled addons where it says nothing. A callable default gets the Env."""
    complete = dict(row)
    for field in info.fields_for(env.addons).values():
        if field.name in complete or field.system or not field.is_stored:
            continue
        if field.default is MISSING or field.default is None:
            continue
        complete[field.name] = field.default(env) if callable(field.default) else field.default
    return complete


def raise_problems(found: Sequence[Problems]) -> None:
    """Raise for the first row with problems; a batch names the row."""
    for index, problems in enumerate(found):
        if problems:
            error = ValidationFailed(problems)
            error.row = index if len(found) > 1 else None  # type: ignore[attr-defined]
            raise error
