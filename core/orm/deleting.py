"""Deleting means the bin: what belongs to a record goes and returns with it, what refers to it is named.

Everything that would refuse is asked before anything is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from core.errors import Duplicate, InUse, NotFound, Reference, UserError, ValidationFailed
from core.i18n import _
from core.orm.criteria import label_of, row_criteria
from core.orm.derived import recompute_dependants, recompute_rows, total_up
from core.orm.fields import Field
from core.orm.final_numbers import refuse_numbered
from core.orm.guards import refuse_shared, unreachable
from core.orm.history import Change, record_changes
from core.orm.immutable import refuse_change
from core.orm.parts import check_stored_parts, closed, is_shut
from core.orm.pending import held, settle
from core.orm.policy import require
from core.orm.trust import TRUSTED
from core.orm.uniques import explain_duplicates, holders

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

EXAMPLES = 3


@dataclass
class Part:
    """Records of one model that go together."""

    info: ModelInfo
    ids: set[int]


def delete_records(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Put records into the bin, with what is part of them; refused while other live records refer to them."""
    require(env.policy, info, "delete")
    refuse_change(info)
    check_stored_parts(env, info, ids)
    criteria = row_criteria(env, info, info.cls, "delete")
    statement = select(info.cls).where(info.cls.id.in_(set(ids)), *criteria).with_for_update()
    records = list(env.session.scalars(statement, execution_options=TRUSTED | {"populate_existing": True}))
    if missing := set(ids) - {record.id for record in records}:
        raise unreachable(env, info, missing)
    refuse_shared(env, info, records)
    _refuse_closed(env, info, records)
    parts = _whole(env, info, {record.id for record in records})
    for part in parts:
        refuse_numbered(env, part.info, part.ids)
    groups = [(part.info, env.load(part.info, sorted(part.ids))) for part in parts if _is_heard(env, part)]
    for group, members in groups:
        env.announce("before_delete", group, records=members)
    env.flush()
    _refuse_used(env, parts)
    for part in parts:
        _clear_references(env, part, parts)
    at = env.unit.moment_of_deletion(env.now)
    for part in reversed(parts):
        _mark(env, part.info, sorted(part.ids), at, "delete")
    for part in parts:
        total_up(env, part.info.totals, part.ids)
    for group, members in groups:
        env.announce("after_delete", group, records=members)


def _is_heard(env: Env, part: Part) -> bool:
    return env.listens("before_delete", part.info) or env.listens("after_delete", part.info)


def _refuse_closed(env: Env, info: ModelInfo, records: Sequence[Any]) -> None:
    found = info.state_field
    for record in records if found is not None else ():
        state = getattr(record, found.name)  # type: ignore[union-attr]
        if state is not None and (state.final or not env.is_granted(record)) and is_shut(env, info, state):
            raise closed(info, state)


def _whole(env: Env, info: ModelInfo, ids: set[int]) -> list[Part]:
    """The records with everything that is part of them, wholes before their parts."""
    found = {info.key: Part(info, set(ids))}
    waiting = [Part(info, ids)]
    while waiting:
        whole = waiting.pop()
        for other, field in whole.info.references:
            if field.on_delete != "part_of":
                continue
            known = found.setdefault(other.key, Part(other, set()))
            stored = getattr(other.cls, field.attribute)
            statement = select(other.cls.id).where(stored.in_(whole.ids), other.cls.deleted_at.is_(None))
            new = set(env.session.scalars(statement, execution_options=TRUSTED)) - known.ids
            if new:
                known.ids |= new
                waiting.append(Part(other, new))
    return [part for part in found.values() if part.ids]


def _pointing(part: Part, parts: Sequence[Part], other: ModelInfo, field: Field) -> list[Any]:
    """Live records outside of what goes that refer to what goes."""
    going = next((one.ids for one in parts if one.info is other), set())
    stored = getattr(other.cls, field.attribute)
    return [stored.in_(part.ids), other.cls.deleted_at.is_(None), other.cls.id.not_in(going)]


def _refuse_used(env: Env, parts: Sequence[Part]) -> None:
    found: list[Reference] = []
    for part in parts:
        for other, field in part.info.references:
            if field.on_delete == "refuse":
                found += _named(env, other, _pointing(part, parts, other, field))
    if found:
        raise InUse(found)


def _named(env: Env, other: ModelInfo, pointing: Sequence[Any]) -> Iterator[Reference]:
    """How many refer, and the names of those that the caller may see."""
    statement = select(func.count()).select_from(other.cls).where(*pointing)
    count = env.session.scalar(statement, execution_options=TRUSTED)
    if count:
        shown = select(label_of(env, other, other.cls)).where(*pointing, *row_criteria(env, other, other.cls))
        shown = shown.order_by(other.cls.id).limit(EXAMPLES)
        examples = env.session.scalars(shown, execution_options=TRUSTED).all()
        yield Reference(other.key, other.plural, count, tuple(str(one) for one in examples))


def _clear_references(env: Env, part: Part, parts: Sequence[Part]) -> None:
    for other, field in part.info.references:
        if field.on_delete == "clear":
            _clear(env, other, field, _pointing(part, parts, other, field))


def _clear(env: Env, other: ModelInfo, field: Field, pointing: Sequence[Any]) -> None:
    stored = getattr(other.cls, field.attribute)
    chosen = select(other.cls.id, stored).where(*pointing).order_by(other.cls.id).with_for_update()
    old = {row[0]: row[1] for row in env.session.execute(chosen, execution_options=TRUSTED)}
    if not old:
        return
    versions = _update(env, other, list(old), {field.column_name: None}, {field.attribute: None})
    record_changes(
        env, other, "write", [Change(key, versions[key], {field.name: (old[key], None)}) for key in versions]
    )
    recompute_rows(env, other, other.cls.id.in_(list(old)), {field.name})
    recompute_dependants(env, other, list(old), {field.name})


def _mark(env: Env, info: ModelInfo, ids: Sequence[int], at: datetime | None, operation: str) -> None:
    versions = _update(env, info, ids, {"deleted_at": at}, {"deleted_at": at})
    record_changes(env, info, operation, [Change(key, version, {}) for key, version in versions.items()])


def _update(
    env: Env, info: ModelInfo, ids: Sequence[int], columns: dict[str, Any], attributes: dict[str, Any]
) -> dict[int, int]:
    """Set columns of rows, and the same on the records that the session holds; gives id -> version."""
    table = info.table
    common = {"changed_at": env.now, "changed_by_id": env.user_id}
    statement = (
        update(table)
        .where(table.c.id.in_(ids))
        .values({**columns, **common, "version": table.c.version + 1})
        .returning(table.c.id, table.c.version)
    )
    versions = {row[0]: row[1] for row in env.session.execute(statement, execution_options=TRUSTED)}
    for key, record in held(env, info, list(versions)).items():
        settle(record, {**attributes, **common, "version": versions[key]})
    return versions


def restore_records(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Take records out of the bin, with what went there together with them."""
    require(env.policy, info, "delete")
    refuse_change(info)
    check_stored_parts(env, info, ids)
    criteria = row_criteria(env, info, info.cls, "delete", binned=True)
    statement = select(info.cls).where(info.cls.id.in_(ids), *criteria).with_for_update()
    records = list(env.session.scalars(statement, execution_options=TRUSTED | {"populate_existing": True}))
    if len(records) < len(set(ids)):
        raise NotFound()
    refuse_shared(env, info, records)
    for record in records:
        _refuse_without_whole(env, info, record)
    restored: dict[str, set[int]] = {}
    for record in records:
        _unbin(env, info, [record], record.deleted_at, restored)
    for key, found in restored.items():
        back = env.composition.models[key]
        own = back.own_totals.values()
        total_up(env, back.totals, found)
        total_up(env, own, (), {one.back.name: found for one in own})


def _refuse_without_whole(env: Env, info: ModelInfo, record: Any) -> None:
    """A part whose whole is in the bin would be nowhere to be found."""
    for field in info.relations:
        key = getattr(record, field.attribute, None) if field.on_delete == "part_of" else None
        if key is not None:
            target = env.composition.models[str(field.target_key)]
            gone = select(target.cls.id).where(target.cls.id == key, target.cls.deleted_at.is_not(None))
            if env.session.scalar(gone, execution_options=TRUSTED) is not None:
                raise UserError(
                    _("It is part of a record that is in the bin ({model}). Please restore that one first.",
                      model=target.label)
                )  # fmt: skip


def _unbin(
    env: Env, info: ModelInfo, records: Sequence[Any], at: datetime, restored: dict[str, set[int]]
) -> None:
    ids = [record.id for record in records]
    restored.setdefault(info.key, set()).update(ids)
    unique = {
        name: (None, getattr(records[0], info.fields[name].attribute))
        for names in info.uniques
        for name in names
    }
    try:
        with explain_duplicates(env, info, [(record, unique) for record in records]):
            _mark(env, info, ids, None, "restore")
    except ValidationFailed as problem:
        raise _duplicate(env, info, records, tuple(problem.problems)) from problem
    env.announce("after_restore", info, records=records)
    for other, field in info.references:
        if field.on_delete == "part_of":
            stored = getattr(other.cls, field.attribute)
            statement = select(other.cls).where(stored.in_(ids), other.cls.deleted_at == at)
            parts = env.session.scalars(statement, execution_options=TRUSTED).all()
            if parts:
                _unbin(env, other, parts, at, restored)


def _duplicate(env: Env, info: ModelInfo, records: Sequence[Any], fields: tuple[str, ...]) -> Duplicate:
    text = _("A live record has the same value; change it first, then restore.")
    own = (info.key, records[0].id)
    for names in info.uniques:
        if names[-1] not in fields:
            continue
        keys = [tuple(getattr(record, info.fields[name].attribute) for name in names) for record in records]
        for key in holders(env, info, names, keys).values():
            seen = select(info.cls.id).where(info.cls.id == key, *row_criteria(env, info, info.cls))
            visible = env.session.scalar(seen, execution_options=TRUSTED)
            return Duplicate(text, fields=names, record=None if visible is None else (info.key, key), own=own)
    return Duplicate(text, fields=fields, own=own)
