"""Values on their way into a row: converted, normalised and checked, with the problem at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import BadRequest, ValidationFailed
from core.i18n import LazyString, _
from core.orm.conversion import DEFAULT_LENGTH, stored_form
from core.orm.fields import MISSING, Field

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

__all__ = [
    "DEFAULT_LENGTH", "Problems", "check_row", "convert_all", "converted", "raise_problems", "refuse_locked",
    "refuse_unknown", "with_defaults",
]  # fmt: skip

Problems = dict[str, list[LazyString]]


def refuse_unknown(info: ModelInfo, env: Env, values: Mapping[str, Any]) -> None:
    """Names that are no field here (or belong to an addon that is off), and fields that only the kernel writes, are
    refused, never dropped in silence.
    """
    for name in values:
        field = info.fields.get(name)
        if field is None or field.addon not in env.addons:
            raise BadRequest(_("{model} has no field {name}.", model=info.label, name=str(name)[:80]))
        if is_kernels(field):
            raise BadRequest(_("{name} cannot be changed here.", name=field.label))


def is_kernels(field: Field) -> bool:
    """Whether only the kernel writes the field: its system fields, and what follows from others."""
    return field.system or field.is_computed or field.kind == "one2many"


def refuse_locked(info: ModelInfo, env: Env, values: Mapping[str, Any]) -> None:
    """Fields the caller may not set: system and computed ones, and those without the field right."""
    editable = env.policy.editable(info)
    for name in values:
        field = info.fields[name]
        if is_kernels(field) or field.readonly or field.kind == "state" or name not in editable:
            raise BadRequest(_("{name} cannot be changed here.", name=field.label))


def converted(field: Field, value: Any, language: str) -> Any:
    """The value as it is stored; raises ValueError with a text for the user where it does not fit."""
    return None if value is MISSING else stored_form(field, value)


def convert_all(
    info: ModelInfo, values: Mapping[str, Any], language: str, problems: Problems
) -> dict[str, Any]:
    """Converted values by field name; what does not fit is added to `problems`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = info.fields[name]
        try:
            found[name] = converted(field, value, language)
            if field.kind == "state" and found[name] not in info.states:
                raise ValueError(_("{name}: please choose from the list.", name=field.label))
        except (ValueError, TypeError, OverflowError) as problem:
            text = problem.args[0] if problem.args else None
            message = text if isinstance(text, LazyString) else _("{name} is not valid.", name=field.label)
            problems.setdefault(name, []).append(message)
    return found


def check_row(info: ModelInfo, row: Mapping[str, Any], names: Iterable[str], problems: Problems,
              waived: frozenset[str] = frozenset()) -> None:  # fmt: skip
    """Required-ness and bounds of the named fields, after conversion."""
    for name in names:
        value = row.get(name)
        if value is None:
            if name in info.needed and name not in waived and name not in problems:
                problems.setdefault(name, []).append(_("{name} is required.", name=info.fields[name].label))
            continue
        field = info.fields[name]
        if field.minimum is not None and value < field.minimum:
            problems.setdefault(name, []).append(
                _("{name} must be at least {value}.", name=field.label, value=field.minimum))  # fmt: skip
        if field.maximum is not None and value > field.maximum:
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
