"""Values on their way into a row: converted, normalised and checked, with the problem at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import BadRequest, ValidationFailed
from core.i18n import LazyString, _
from core.orm.conversion import DEFAULT_LENGTH, stored_form
from core.orm.fields import MISSING, Field
from core.orm.write_plan import is_kernels, plan_of

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
    settable = plan_of(info, env.addons).settable
    for name in [name for name in values if name not in settable]:
        field = info.fields.get(name)
        if field is None or field.addon not in env.addons:
            raise BadRequest(_("{model} has no field {name}.", model=info.label, name=str(name)[:80]))
        raise BadRequest(_("{name} cannot be changed here.", name=field.label))


def refuse_locked(info: ModelInfo, env: Env, names: Iterable[str]) -> None:
    """Fields the caller may not set: system and computed ones, and those without the field right."""
    plan, editable = plan_of(info, env.addons), env.policy.editable(info)
    for name in names:
        field = info.fields[name]
        if name in plan.parts and name in env.policy.readable(info):
            continue  # who may give which values of the parts is asked for the parts themselves
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
    converters = info.converters
    for name, value in values.items():
        try:
            found[name] = converters[name](value)
        except (ValueError, TypeError, OverflowError) as problem:
            text = problem.args[0] if problem.args else None
            fits_not = _("{name} is not valid.", name=info.fields[name].label)
            problems.setdefault(name, []).append(text if isinstance(text, LazyString) else fits_not)
    return found


def check_row(info: ModelInfo, row: Mapping[str, Any], fields: Iterable[Field], problems: Problems,
              waived: frozenset[str] = frozenset()) -> None:  # fmt: skip
    """Required-ness and bounds of these fields, after conversion."""
    for field in fields:
        name, value = field.name, row.get(field.name)
        if value is None:
            if name in info.needed and name not in waived and name not in problems:
                problems.setdefault(name, []).append(_("{name} is required.", name=field.label))
            continue
        if field.minimum is not None and value < field.minimum:
            problems.setdefault(name, []).append(
                _("{name} must be at least {value}.", name=field.label, value=field.minimum))  # fmt: skip
        if field.maximum is not None and value > field.maximum:
            problems.setdefault(name, []).append(
                _("{name} must be at most {value}.", name=field.label, value=field.maximum))  # fmt: skip


def with_defaults(info: ModelInfo, env: Env, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the declared defaults of enabled addons where it says nothing. A callable default gets the Env."""
    complete = dict(row)
    for name, default in plan_of(info, env.addons).defaults:
        if name not in complete:
            complete[name] = default(env) if callable(default) else default
    return complete


def raise_problems(found: Sequence[Problems]) -> None:
    """Raise for the first row with problems; a batch names the row, and what is wrong with the others."""
    for index, problems in enumerate(found):
        if problems:
            error = ValidationFailed(problems)
            if len(found) > 1:
                error.row = index
                error.rows = {place: one for place, one in enumerate(found) if one}
            raise error
