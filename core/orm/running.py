"""Running transitions and actions: one guard around the whole chain of overrides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import AccessDenied, NotFound, StateForbids, UserError, ValidationFailed
from core.i18n import LazyString, _
from core.orm.criteria import row_criteria
from core.orm.fields import Field
from core.orm.final_numbers import settle_numbers, told_as_before
from core.orm.guards import unreachable
from core.orm.methods import Argument, Method
from core.orm.parts import check_stored_parts
from core.orm.policy import require
from core.orm.trust import TRUSTED
from core.orm.values import converted

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def run_method(
    env: Env, declared: Method[..., Any], records: Sequence[Any], given: Mapping[str, Any]
) -> list[Any]:
    """Run a method on records that the caller may run it on; all of them or none."""
    if not records:
        return []
    records = list({id(record): record for record in records}.values())
    info: ModelInfo = type(records[0]).__model_info__
    method = info.methods[declared.name]
    if method.addon not in env.addons:
        raise NotFound()
    env.flush()
    if not method.even_final:
        check_stored_parts(env, info, [record.id for record in records], by_step=True)
    _require_rows(env, info, method, [record.id for record in records])
    env.refresh(info, records)
    for record in records:
        _require_state(info, method, record)
    arguments = _arguments(env, method, given)
    _refuse_misfits(env, method, records, arguments)
    env.announce("before_transition", info, name=method.name, records=records, arguments=arguments)
    drawn: dict[str, str] = {}
    with told_as_before(drawn):
        with env.granting(records, method.name):
            drawn |= settle_numbers(env, records, method.target)
            results = _carry_out(info, method, records, arguments)
            env.flush(method.name)
        env.announce("after_transition", info, name=method.name, records=records, arguments=arguments)
        env.flush()
    return results


def _carry_out(
    info: ModelInfo, method: Method[..., Any], records: Sequence[Any], arguments: Mapping[str, Any]
) -> list[Any]:
    """Run the whole chain of overrides, then set the state: but where the body has moved the record itself, by
    another step of it, that is its state.
    """
    found = info.state_field
    before = [getattr(record, found.name) for record in records] if found is not None else []
    if method.many:
        results = list(method.function(records, **arguments) or [None] * len(records))
    else:
        results = [_one(info, method, record, arguments) for record in records]
    if method.target is not None and found is not None:
        for record, state in zip(records, before, strict=True):
            if getattr(record, found.name) == state:
                setattr(record, found.name, method.target)
    return results


def _one(info: ModelInfo, method: Method[..., Any], record: Any, arguments: Mapping[str, Any]) -> Any:
    try:
        return getattr(super(info.cls, record), method.name)(**arguments)
    except UserError as refusal:
        refusal.refused_at = record
        raise


def _require_rows(env: Env, info: ModelInfo, method: Method[..., Any], ids: Sequence[int]) -> None:
    """Lock the rows. An automatic step is run by code, by nobody's right, on whatever is not in the bin."""
    asking = env
    if method.automatic:
        asking = env.sudo(method.name)
    else:
        require(env.policy, info, method.right)
        if not env.policy.offers(info, method):
            raise AccessDenied(_("None of your roles gives you “{action}”.", action=method.label))
    criteria = row_criteria(asking, info, info.cls, method.right)
    if method.by is not None and not asking.is_system:
        criteria.append(method.by(env))
    statement = (
        select(info.cls.id).where(info.cls.id.in_(ids), *criteria).order_by(info.cls.id).with_for_update()
    )
    reached = set(env.session.scalars(statement, execution_options=TRUSTED))
    if missing := set(ids) - reached:
        problem = unreachable(env, info, missing)
        if isinstance(problem, AccessDenied):
            problem = AccessDenied(_("“{action}” is not yours to do on this record.", action=method.label))
        raise problem


def _require_state(info: ModelInfo, method: Method[..., Any], record: Any) -> None:
    state = info.state_of(record)
    if not method.allowed_from(state):
        label: LazyString | str = state.label if state is not None else ""
        raise StateForbids(
            _("“{action}” is not possible in the state “{state}”.", action=method.label, state=label)
        )


def _arguments(env: Env, method: Method[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    problems: dict[str, list[LazyString]] = {}
    arguments: dict[str, Any] = {}
    for argument in method.arguments:
        value = given.get(argument.name, argument.fallback)
        try:
            arguments[argument.name] = _argument(env, argument, value)
        except (ValueError, NotFound) as problem:
            known = problem.args[0] if problem.args and not isinstance(problem, NotFound) else None
            missing = _("{name}: there is no such record.", name=argument.label)
            problems.setdefault(argument.name, []).append(known if isinstance(known, LazyString) else missing)
            continue
        if argument.required and arguments[argument.name] is None:
            problems.setdefault(argument.name, []).append(_("{name} is required.", name=argument.label))
    if problems:
        raise ValidationFailed(problems)
    return arguments


def _refuse_misfits(
    env: Env, method: Method[..., Any], records: Sequence[Any], arguments: Mapping[str, Any]
) -> None:
    """What is chosen fits each of the records."""
    for one in method.arguments:
        chosen: Any = arguments.get(one.name)
        for record in records if one.spec.where is not None and chosen is not None else ():
            assert one.spec.where is not None
            where, target = one.spec.where(env, record), env.composition.info(chosen)
            statement = select(target.cls.id).where(target.cls.id == chosen.id, where)
            if where is not None and env.session.scalar(statement, execution_options=TRUSTED) is None:
                raise ValidationFailed.at(one.name, _("{name}: this does not fit here.", name=one.label))


def _argument(env: Env, argument: Argument, value: Any) -> Any:
    if value is None or value == "":
        return None
    if argument.kind in ("many2one", "option"):
        return _record(env, argument, value)
    as_field = Field(argument.kind, argument.label, choices=argument.spec.choices)
    return converted(as_field, value, env.language)


def _record(env: Env, argument: Argument, value: Any) -> Any:
    """The record of an argument: by id within the caller's reach, or as code gives it."""
    key = getattr(value, "id", value)
    if isinstance(key, bool):
        raise ValueError(key)
    model = "base.option" if argument.kind == "option" else argument.value_type
    found: Any = value if value is not key else env.get(model, int(key))
    if argument.kind == "option" and argument.spec.list and found.list_code != argument.spec.list:
        raise ValueError(_("{name}: please choose from the list.", name=argument.label))
    return found
