"""Steps and actions as a program calls them: with their declared arguments, and an answer in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import AccessDenied, NotFound
from core.i18n import _
from core.lifecycle.accounts import ActFor
from core.orm.compose import ModelInfo, composition
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.methods import Argument, Method
from core.orm.values import Problems, raise_problems
from core.views.filters import shortened
from core.views.hint import GoTo, Hint
from core.web.api.given import taken
from core.web.api.writing import seen


def method_named(env: Env, info: ModelInfo, name: str) -> Method[..., Any]:
    """A step that people may call, of an addon that is on. Raises NotFound."""
    found = info.methods.get(name)
    if found is None or found.automatic or found.addon not in env.addons:
        raise NotFound()
    return found


def run_step(
    env: Env,
    info: ModelInfo,
    key: int,
    method: Method[..., Any],
    body: Mapping[str, Any],
    version: int | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run it on one record; `version` is the one that the caller has seen, where that matters to them.

    Gives number, version and state of the record and the record that the step has made; and what is said this once,
    such as an address to hand on.
    """
    record = env.get(info.cls, key) if version is None else seen(env, info, key, version)
    arguments = _arguments(method, body)
    (result,) = env.run(method, [record], **arguments)
    env.flush()
    found: dict[str, Any] = {"id": key, "version": record.version}
    state = info.state_of(record)
    if (
        state is not None
        and info.state_field is not None
        and info.state_field.name in env.policy.readable(info)
    ):
        found["state"] = state.code
    return found | _made(env, result), _said(env, result)


def argument_field(argument: Argument) -> Field:
    """An argument as a field, which says what may be given for it."""
    found = Field(
        argument.kind, argument.label, choices=argument.spec.choices, help=argument.spec.help,
        list=argument.spec.list if argument.kind == "option" else None,
    )  # fmt: skip
    if argument.kind == "option":
        found.target_key = "base.option"
    elif argument.kind == "many2one":
        found.target_key = composition().info(argument.value_type).key
    return found


def _arguments(method: Method[..., Any], body: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name: one for one in method.arguments}
    problems: Problems = {}
    found: dict[str, Any] = {}
    for name, value in body.items():
        if name not in known:
            told = _("“{step}” has no argument {name}.", step=method.label, name=shortened(name))
            problems[name[:80]] = [told]
            continue
        try:
            found[name] = taken(argument_field(known[name]), value)
        except ValueError as problem:
            problems[name] = [problem.args[0]]
    raise_problems([problems])
    return found


def _made(env: Env, result: Any) -> dict[str, Any]:
    info = getattr(type(result), "__model_info__", None)
    if info is None or info.addon not in env.addons:
        return {}
    return {"result": {"model": info.key, "id": result.id}}


def _said(env: Env, result: Any) -> dict[str, Any]:
    """A sentence with an address to hand on, or the page at which people go on."""
    if isinstance(result, ActFor):
        raise AccessDenied(_("Acting for somebody else is for people, not for programs."))
    if isinstance(result, GoTo):
        return {"page": result.path}
    if isinstance(result, Hint):
        return {"message": result.text.translate(env.language)} | ({"page": result.url} if result.url else {})
    return {}
