"""What an undo would do, before anybody agrees to it: field by field the value now and the one that comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from core.i18n import LazyString
from core.orm.criteria import row_criteria
from core.orm.fields import Field
from core.orm.history import Entry, as_stored, entries_of
from core.orm.links import linked_ids
from core.orm.tables import state_literal
from core.orm.trust import TRUSTED
from core.orm.undoing import obstacle, told_fields, undoable_entries

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

LATER: Final = 500
"""So many later changes of a record are looked at for who has changed a field since."""


@dataclass
class FieldUndo:
    """One field: its value now, the one that comes back, and who has changed it since, which makes a clash."""

    field: Field
    now: Any
    before: Any
    is_clash: bool = False
    who: str | None = None
    when: datetime | None = None


@dataclass
class RecordUndo:
    """One record. `kind` is "delete" (it goes into the bin), "restore" or "write"."""

    info: ModelInfo
    record_id: int
    kind: str
    fields: dict[str, FieldUndo] = field(default_factory=dict)
    hidden: int = 0
    """Number of fields that the reader may not see."""
    obstacle: LazyString | None = None

    @property
    def has_clash(self) -> bool:
        return any(one.is_clash for one in self.fields.values())


def preview(env: Env, entries: Sequence[Entry]) -> list[RecordUndo]:
    """What taking back these changes, the newest first, means for their records; hidden values are left out, and all
    values of records that the caller may not see.
    """
    found: dict[tuple[str, int], RecordUndo] = {}
    told: dict[tuple[str, int], list[Entry]] = {}
    for info, entry in undoable_entries(env, entries):
        told.setdefault((info.key, entry.record_id), []).append(entry)
    seen = _seen(env, told)
    for (model, record_id), changes in told.items():
        one = found[model, record_id] = _of_record(env, env.info(model), record_id, changes)
        if (model, record_id) not in seen:
            one.fields, one.hidden = {}, len({name for entry in changes for name in entry.changes})
    return list(found.values())


def _seen(env: Env, records: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the records that the caller may see, in the bin or out of it."""
    wanted: dict[str, list[int]] = {}
    for model, record_id in records:
        wanted.setdefault(model, []).append(record_id)
    found: set[tuple[str, int]] = set()
    for model, ids in wanted.items():
        info = env.info(model)
        statement = select(info.cls.id).where(
            info.cls.id.in_(ids), *row_criteria(env, info, info.cls, binned=None)
        )
        found |= {(model, key) for key in env.session.scalars(statement, execution_options=TRUSTED)}
    return found


def _of_record(env: Env, info: ModelInfo, record_id: int, changes: Sequence[Entry]) -> RecordUndo:
    record = next(iter(env.load(info, [record_id])), None)
    operations = {entry.operation for entry in changes}
    if "create" in operations:
        return RecordUndo(info, record_id, "delete")
    if operations & {"delete", "restore"}:
        return RecordUndo(info, record_id, "restore" if "delete" in operations else "delete")
    found = RecordUndo(info, record_id, "write", obstacle=obstacle(env, info, changes[0], record))
    if found.obstacle is None:
        _add_fields(env, found, record, changes)
        if found.has_clash:
            _add_names(env, found, changes[0])
    return found


def _add_fields(env: Env, found: RecordUndo, record: Any, changes: Sequence[Entry]) -> None:
    """The newest change of a field says what it should be now, the oldest what it was."""
    info, readable, hidden = found.info, told_fields(env, found.info, [record.id]), set()
    for entry in changes:
        for name, change in entry.changes.items():
            known = info.fields.get(name)
            if known is None or known.is_computed or name in entry.erased:
                continue
            if name not in readable:
                hidden.add(name)
                continue
            before = as_stored(known, change["o"])
            if name in found.fields:
                found.fields[name].before = before
                continue
            is_link = name in info.link_tables
            now = (
                linked_ids(env, info.link_tables[name], [record.id])[record.id]
                if is_link
                else _value(record, known)
            )
            found.fields[name] = FieldUndo(known, now, before, now != as_stored(known, change["n"]))
    found.hidden = len(hidden)


def _value(record: Any, known: Field) -> Any:
    return state_literal(getattr(record, known.attribute))


def _add_names(env: Env, found: RecordUndo, newest: Entry) -> None:
    since = entries_of(env, found.info, found.record_id, since=newest.version, limit=LATER)
    for one in reversed(since):
        for name in one.changes.keys() & found.fields.keys():
            clash = found.fields[name]
            if clash.is_clash:
                clash.who, clash.when = one.user_name, one.at
