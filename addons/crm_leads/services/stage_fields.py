"""What an opportunity has to say before it is in a stage: the fields that the company requires there.

A field that a stage asks for is asked for in all stages behind it too. New opportunities have it, steps forward and
winning need it, and whoever changes an opportunity cannot empty it. Imported rows may lack what their mapping waives,
and those that have ended are history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.api import Env, LazyString, ValidationFailed, _, aliased, and_, key_of, or_, select

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity

Asked = dict[int, dict[str, str]]
"""Stage -> field -> name of the first stage that asks for it."""


def check_new(env: Env, rows: Sequence[Mapping[str, Any]], waived: frozenset[str]) -> None:
    """Refuse the first row that lacks what its stage asks for, with the problems at the fields."""
    going_on = {n: one for n, row in enumerate(rows) if (one := _stage_of(row)) and not _has_ended(row)}
    asked = fields_asked_for(env, going_on.values())
    for number, stage in going_on.items():
        names = {name: there for name, there in asked.get(stage, {}).items() if name not in waived}
        problems = _problems(env, names, {name: rows[number].get(name) for name in names})
        if problems:
            refusal = ValidationFailed(problems)
            refusal.row = number if len(rows) > 1 else None
            raise refusal


def check_changed(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """Refuse changes by people that empty what the stage asks for; on a page they also complete what is missing."""
    pairs = [(one, new) for one, new in zip(records, values, strict=True)
             if not (env.is_system or env.is_granted(one) or one.state.final)]  # fmt: skip
    asked = fields_asked_for(env, {_key(one) for one, _new in pairs})
    for record, new in pairs:
        wanted = asked.get(_key(record), {})
        names = wanted if env.channel == "page" else {name: wanted[name] for name in wanted if name in new}
        problems = _problems(env, names, {n: new[n] if n in new else _value(env, record, n) for n in names})
        if problems:
            raise ValidationFailed(problems)


def check_entering(env: Env, opportunity: Opportunity, stage: int) -> None:
    """Refuse a step into a stage, or winning in it, while something that it asks for is missing."""
    names = fields_asked_for(env, [stage]).get(stage, {})
    problems = _problems(env, names, {name: _value(env, opportunity, name) for name in names})
    if problems:
        raise ValidationFailed(problems)


def fields_asked_for(env: Env, stages: Iterable[int]) -> Asked:
    """What has to be filled in in these stages, in one statement; fields of addons that are off are not asked for."""
    from addons.crm_leads.models.stage import Stage, StageField

    wanted = sorted(set(stages))
    if not wanted:
        return {}
    here, there, asked = env.info(Stage).cls, aliased(env.info(Stage).cls), env.info(StageField).cls
    is_before = or_(
        there.sequence < here.sequence, and_(there.sequence == here.sequence, there.id <= here.id)
    )
    statement = (
        select(here.id, asked.name, there.name)
        .join(there, and_(there.process_id == here.process_id, is_before))
        .join(asked, asked.stage_id == there.id)
        .where(here.id.in_(wanted))
        .order_by(there.sequence, there.id, asked.id)
    )
    found: Asked = {}
    known = env.info("crm_leads.opportunity").fields_for(env.addons)
    for stage, name, texts in env.sudo(_("required fields of stages")).rows(statement):
        if name in known:
            found.setdefault(stage, {}).setdefault(name, _text(env.language, texts))
    return found


def _problems(env: Env, asked: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, list[LazyString]]:
    fields = env.info("crm_leads.opportunity").fields
    return {
        name: [_("{name} is required from the stage “{stage}” on.", name=fields[name].label, stage=stage)]
        for name, stage in asked.items() if _is_missing(values[name])
    }  # fmt: skip


def _is_missing(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or (isinstance(value, (int, Decimal)) and value == 0)


def _value(env: Env, record: Any, name: str) -> Any:
    field = env.info(record).fields[name]
    return env.linked(record, name) if field.kind == "many2many" else getattr(record, field.attribute)


def _stage_of(row: Mapping[str, Any]) -> int | None:
    stage = row.get("stage")
    found: int | None = getattr(stage, "id", stage)
    return found


def _has_ended(row: Mapping[str, Any]) -> bool:
    return str(getattr(row.get("state"), "code", row.get("state"))) in ("won", "lost")


def _key(record: Any) -> int:
    return key_of(record, "stage") or 0


def _text(language: str, names: Mapping[str, str]) -> str:
    return names.get(language) or next(iter(names.values()), "")
