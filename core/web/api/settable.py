"""What a caller may set of a record, field by field; whatever else a body names is refused, never dropped unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.auth.currencies import company_currency
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.values import Problems
from core.orm.write_plan import is_kernels, plan_of
from core.web.api.asked import no_field
from core.web.api.given import can_be_given, taken


def settable(env: Env, info: ModelInfo) -> dict[str, Field]:
    """The fields that this caller may set on records of the model, by name; lists of parts are `line_lists`."""
    found: dict[str, Field] = env.policy.remembered(("settable", info.key), lambda: _settable(env, info))
    return found


def _settable(env: Env, info: ModelInfo) -> dict[str, Field]:
    plan, policy = plan_of(info, env.addons), env.policy
    editable = policy.editable(info) & policy.readable(info)
    return {
        name: one for name, one in info.fields_for(env.addons).items()
        if name in plan.settable and name in editable and can_be_given(one)
        and not (is_kernels(one) or one.readonly or one.kind == "state")
    }  # fmt: skip


def own_values(
    env: Env, info: ModelInfo, known: Mapping[str, Field], given: Mapping[str, Any], problems: Problems, record: Any,
    place: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The values that are given, for the kernel; problems are told at `place` and the name."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = known.get(name)
        if field is None:
            problems[place + name[:80]] = [_refused(env, info, name)]
            continue
        try:
            values[name] = taken(field, value, _currency(env, field, given, record))
        except ValueError as problem:
            problems[place + name] = [problem.args[0]]
    return values


def _refused(env: Env, info: ModelInfo, name: str) -> LazyString:
    """A field that is seen and not set is named by its label; of any other nothing is told, not even that it exists."""
    field = info.fields_for(env.addons).get(name)
    if field is None or name not in env.policy.readable(info):
        return no_field(info, name)
    return _("{name} cannot be changed here.", name=field.label)


def _currency(env: Env, field: Field, given: Mapping[str, Any], record: Any) -> str | None:
    """The currency in which an amount of this record is; None where that is not known yet."""
    if field.kind != "money" or field.currency is None:
        return company_currency(env) if field.kind == "money" else None
    told = given.get(field.currency)
    if told is None and record is not None and field.currency in env.policy.readable(env.info(record)):
        told = getattr(record, field.currency, None)
    return told if isinstance(told, str) else None
