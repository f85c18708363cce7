"""Deleting means the bin: what belongs to a record goes and returns with it, what refers to it is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from core.errors import Duplicate, InUse, NotFound, Reference
from core.i18n import _
from core.orm.criteria import label_of, row_criteria
from core.orm.fields import TO_ONE, Field
from core.orm.history import Change, record_changes
from core.orm.policy import require
from core.orm.trust import TRUSTED
from core.orm.uniques import explain_duplicates
from core.orm.writing import closed, unreachable

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

EXAMPLES = 3


def delete_records(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Put records into the bin, with what is part of them; refused while other live records refer to them."""
    require(env.policy, info, "delete")
    criteria = row_criteria(env, info, info.cls, "delete")
    statement = select(info.cls).where(info.cls.id.in_(ids), *criteria).with_for_update()
    records = list(env.session.scalars(statement, execution_options=TRUSTED | {"populate_existing": True}))
    if missing := set(ids) - {record.id for record in records}:
        raise unreachable(env, info, missing)
    _refuse_closed(info, records)
    env.announce("before_delete", info, records=records)
    _bin(env, info, [record.id for record in records], env.now)
    env.announce("after_delete", info, records=records)


def _refuse_closed(info: ModelInfo, records: Sequence[Any]) -> None:
    found = info.state_field
    for record in records if found is not None else ():
        state = getattr(record, found.name)  # type: ignore[union-attr]
        if state is not None and state.final:
            raise closed(info, state)


def references_to(env: Env, info: ModelInfo) -> Iterator[tuple[ModelInfo, Field]]:
    """Every relation of an installed model that points to this model."""
    for other in env.composition.models.values():
        for field in other.fields.values():
            if field.kind in TO_ONE and field.target_key == info.key and not field.system:
                yield other, field


def _bin(env: Env, info: ModelInfo, ids: Sequence[int], at: datetime) -> None:
    refusals: list[Reference] = []
    for other, field in references_to(env, info):
        stored = getattr(other.cls, field.attribute)
        pointing = (stored.in_(ids), other.cls.deleted_at.is_(None))
        if field.on_delete == "refuse":
            refusals += _named(env, other, pointing, own=ids if other is info else ())
        elif field.on_delete == "part_of":
            parts = env.session.scalars(select(other.cls.id).where(*pointing), execution_options=TRUSTED).all()
            if parts:
                _bin(env, other, parts, at)
        else:
            _clear(env, other, field, pointing)
    if refusals:
        raise InUse(refusals)
    _mark(env, info, ids, at, "delete")


def _named(env: Env, other: ModelInfo, pointing: Sequence[Any], own: Sequence[int]) -> list[Reference]:
    """How many refer, and the names of those that the caller may see."""
    statement = select(func.count()).select_from(other.cls).where(*pointing, other.cls.id.not_in(own))
    count = env.session.scalar(statement, execution_options=TRUSTED)
    if not count:
        return []
    shown = select(label_of(env, other, other.cls)).where(*pointing, *row_criteria(env, other, other.cls))
    examples = env.session.scalars(shown.limit(EXAMPLES), execution_options=TRUSTED).all()
    return [Reference(other.key, other.plural, count, tuple(str(one) for one in examples))]


def _clear(env: Env, other: ModelInfo, field: Field, pointing: Sequence[Any]) -> None:
    rows = env.session.execute(
        select(other.cls.id, other.cls.version, getattr(other.cls, field.attribute)).where(*pointing),
        execution_options=TRUSTED,
    ).all()
    if rows:
        table = other.table
        statement = update(table).where(table.c.id.in_([row[0] for row in rows])).values(
            {field.column_name: None, "version": table.c.version + 1, "changed_at": env.now}
        )  # fmt: skip
        env.session.execute(statement, execution_options=TRUSTED)
        changes = [Change(key, version + 1, {field.name: (old, None)}) for key, version, old in rows]
        record_changes(env, other, "write", changes)


def _mark(env: Env, info: ModelInfo, ids: Sequence[int], at: datetime | None, operation: str) -> None:
    table = info.table
    statement = (
        update(table)
        .where(table.c.id.in_(ids))
        .values(deleted_at=at, version=table.c.version + 1, changed_at=env.now, changed_by_id=env.user_id)
        .returning(table.c.id, table.c.version)
    )
    with explain_duplicates(env, info, []):
        rows = env.session.execute(statement, execution_options=TRUSTED).all()
    record_changes(env, info, operation, [Change(key, version, {}) for key, version in rows])
    for key, _version in rows:
        env.forget(info, key)


def restore_records(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Take records out of the bin, with what went there together with them."""
    require(env.policy, info, "delete")
    criteria = row_criteria(env, info, info.cls, "delete", binned=True)
    statement = select(info.cls.id, info.cls.deleted_at).where(info.cls.id.in_(ids), *criteria)
    rows = env.session.execute(statement, execution_options=TRUSTED).all()
    if len(rows) < len(set(ids)):
        raise NotFound()
    for key, at in rows:
        _unbin(env, info, [key], at)


def _unbin(env: Env, info: ModelInfo, ids: Sequence[int], at: datetime) -> None:
    try:
        _mark(env, info, ids, None, "restore")
    except Exception as problem:
        if "uq_" in str(problem.__cause__):
            raise Duplicate(_("A live record has the same value; change it first, then restore.")) from problem
        raise
    for other, field in references_to(env, info):
        if field.on_delete == "part_of":
            stored = getattr(other.cls, field.attribute)
            statement = select(other.cls.id).where(stored.in_(ids), other.cls.deleted_at == at)
            parts = env.session.scalars(statement, execution_options=TRUSTED).all()
            if parts:
                _unbin(env, other, parts, at)
