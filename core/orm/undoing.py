"""Undo: the changes of one request are taken back, newest first, unless somebody has changed them since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, Conflict, FieldConflict, NotFound
from core.i18n import _
from core.orm.deleting import delete_records, restore_records
from core.orm.fields import Field
from core.orm.history import Entry, as_stored, entries_of_request

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def undo_request(env: Env, request_id: str) -> int:
    """Take back what one request of this user wrote; gives the number of records. All of it or nothing."""
    entries = entries_of_request(env, request_id)
    if not entries:
        raise NotFound(_("There is nothing to undo."))
    if any(entry.real_user_id != env.real_user_id for entry in entries):
        raise AccessDenied(_("Only who made a change can undo it like this."))
    system = env.sudo(_("undo"))
    for entry in entries:
        info = env.composition.models.get(entry.model)
        if info is not None and info.kind == "company" and entry.model != "base.notice":
            _undo_entry(system, info, entry)
    return len({(entry.model, entry.record_id) for entry in entries})


def _undo_entry(env: Env, info: ModelInfo, entry: Entry) -> None:
    if entry.operation == "create":
        with env.granting(env.load(info, [entry.record_id]), "undo"):
            delete_records(env, info, [entry.record_id])
        return
    if entry.operation == "delete":
        restore_records(env, info, [entry.record_id])
        return
    record = next(iter(env.load(info, [entry.record_id])), None)
    if record is None:
        raise NotFound()
    conflicts: list[FieldConflict] = []
    with env.granting([record], "undo"):
        for name, change in entry.changes.items():
            field = info.fields.get(name)
            if field is None or field.is_computed:
                continue
            if field.kind == "many2many":
                env.queue_links(record, name, change["o"] or [])
                continue
            current = getattr(record, field.attribute)
            if _plain(current) != _plain(as_stored(field, change["n"])):
                conflicts.append(FieldConflict(name, field.label, change["o"], current, None, None))
            setattr(record, field.attribute, _restored(info, field, change["o"]))
        if conflicts:
            raise Conflict(conflicts, _("This was changed again in the meantime and cannot be undone."))
        env.flush("undo")


def _restored(info: ModelInfo, field: Field, value: Any) -> Any:
    if field.kind == "state":
        return info.states.get(str(value))
    return as_stored(field, value)


def _plain(value: Any) -> Any:
    return getattr(value, "code", value)
