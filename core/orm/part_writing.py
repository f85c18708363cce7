"""Changing the parts of one record by a list: see `core.orm.part_lists` for what a list says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import BadRequest, Conflict, FieldConflict, ValidationFailed
from core.i18n import _
from core.orm.creating import create_rows
from core.orm.criteria import row_criteria
from core.orm.deleting import delete_records
from core.orm.guards import unreachable
from core.orm.merging import hold_values, merged
from core.orm.part_lists import Asked, Change, PartList, address, asked_of, conflict_at, told_at
from core.orm.parts import closed, is_shut
from core.orm.trust import TRUSTED
from core.orm.values import Problems, check_row, convert_all, refuse_locked, refuse_unknown
from core.orm.write_plan import plan_of

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model_info import ModelInfo


def write_parts(
    env: Env, info: ModelInfo, records: Sequence[Any], lists: Mapping[str, Any], *, strict: bool
) -> None:
    """Write the lists of one record: what goes first, then what changes, then what is new."""
    if len(records) != 1:
        raise BadRequest(_("Lists of parts are written for one record at a time."))
    (record,) = records
    _hold_whole(env, info, record)
    plans = plan_of(info, env.addons).parts
    asked = {name: asked_of(plans[name], rows) for name, rows in lists.items()}
    for name, one in asked.items():
        _write_list(env, plans[name], record, one, strict=strict)


def _hold_whole(env: Env, info: ModelInfo, record: Any) -> None:
    """The record stays as it is until the parts are written: no step runs on it meanwhile, and none has closed it."""
    if env.is_granted(record):
        return
    statement = select(info.cls).where(info.cls.id == record.id, *row_criteria(env, info, info.cls, "update"))
    if info.kind == "company":
        statement = statement.with_for_update(key_share=True)
    options = TRUSTED | {"populate_existing": True}
    if env.session.scalar(statement, execution_options=options) is None:
        raise unreachable(env, info, [record.id])
    state = info.state_of(record)
    if state is not None and is_shut(env, info, state):
        raise closed(info, state)


def _write_list(env: Env, parts: PartList, record: Any, asked: Asked, *, strict: bool) -> None:
    for values in (*asked.new.values(), *(one.values for one in asked.changed)):
        refuse_unknown(parts.info, env, values)
        if strict:
            refuse_locked(parts.info, env, values)
    found = _present(env, parts, record, [*asked.removed.values(), *(one.key for one in asked.changed)])
    gone = [key for key in asked.removed.values() if key in found]
    if gone:
        delete_records(env, parts.info, gone)
    _change(env, parts, asked.changed, found)
    if asked.new:
        rows = [{**values, parts.back.name: record.id} for values in asked.new.values()]
        with told_at(parts.name, [(0, place) for place in asked.new]):
            create_rows(env, parts.info, rows, strict=strict, back=parts.back.name)


def _present(env: Env, parts: PartList, record: Any, keys: Iterable[int]) -> dict[int, Any]:
    """The named parts that are still there, as their rows are now."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    cls = parts.info.cls
    statement = select(cls).where(
        cls.id.in_(wanted),
        getattr(cls, parts.back.attribute) == record.id,
        *row_criteria(env, parts.info, cls),
    )
    options = TRUSTED | {"populate_existing": True}
    return {one.id: one for one in env.session.scalars(statement, execution_options=options)}


def _change(env: Env, parts: PartList, changes: Sequence[Change], found: Mapping[int, Any]) -> None:
    ready = _ready(env, parts, changes, found)
    conflicts: list[FieldConflict] = []
    for one in changes:
        ready[one.place], told = _merged(env, parts, one, ready[one.place], found[one.key])
        conflicts += told
    if conflicts:
        raise Conflict(conflicts)
    for one in changes:
        hold_values(env, parts.info, found[one.key], ready[one.place])
    try:
        env.flush()
    except ValidationFailed as refusal:
        raise _at_row(parts, changes, found, refusal) from refusal


def _ready(
    env: Env, parts: PartList, changes: Sequence[Change], found: Mapping[int, Any]
) -> dict[int, dict[str, Any]]:
    """The values of each row as they are stored, by place; all problems at once."""
    checked = plan_of(parts.info, env.addons).checked
    ready: dict[int, dict[str, Any]] = {}
    wrong: dict[str, Any] = {}
    for one in changes:
        problems: Problems = {}
        if one.key not in found:
            problems[""] = [_("Somebody else has removed this row in the meantime.")]
        ready[one.place] = values = convert_all(parts.info, one.values, env.language, problems)
        check_row(parts.info, values, [checked[name] for name in values if name in checked], problems)
        wrong |= {address(parts.name, one.place, name): texts for name, texts in problems.items()}
    if wrong:
        raise ValidationFailed(wrong)
    return ready


def _merged(
    env: Env, parts: PartList, one: Change, values: dict[str, Any], record: Any
) -> tuple[dict[str, Any], list[FieldConflict]]:
    if one.version is None:
        return values, []
    try:
        return merged(env, parts.info, record, values, one.version), []
    except Conflict as conflict:
        if not conflict.fields:
            raise
        return {}, [conflict_at(parts, one.place, field) for field in conflict.fields]


def _at_row(
    parts: PartList, changes: Sequence[Change], found: Mapping[int, Any], refusal: ValidationFailed
) -> ValidationFailed:
    """The refusal of a change at its row; told of the list where it is not known whose it is."""
    place = next((one.place for one in changes if found[one.key] is refusal.refused_at), None)
    if place is None and len(changes) == 1:
        place = changes[0].place
    if place is not None:
        return ValidationFailed(
            {address(parts.name, place, name): texts for name, texts in refusal.problems.items()}
        )
    return ValidationFailed({parts.name: [text for texts in refusal.problems.values() for text in texts]})
