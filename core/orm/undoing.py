"""Undo: the changes of one request are taken back, newest first, unless somebody has changed them since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from core.errors import AccessDenied, Conflict, FieldConflict, NotFound
from core.i18n import _
from core.orm.deleting import delete_records, restore_records
from core.orm.fields import Field
from core.orm.history import Entry, as_stored, entries_of_request
from core.orm.links import linked_ids
from core.orm.masking import masked_on
from core.orm.policy import require
from core.orm.tables import state_literal

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

_RIGHTS: Final = {
    "create": "create",
    "delete": "delete",
    "restore": "delete",
    "undo": "update",
    "write": "update",
}
NEVER: Final = frozenset({"base.notice"})
"""Who was told something has been told."""


def undo_request(env: Env, request_id: str) -> int:
    """Take back what one request of this user wrote in the company; gives the number of records.

    All of it or, when it is refused, nothing, as far as the transaction is taken back. It needs the function rights
    that the changes needed, as they are today; not the rows, since the request may have moved them out of reach.
    """
    entries = entries_of_request(env, request_id)
    if any(entry.real_user_id != env.real_user_id for entry in entries):
        raise AccessDenied(_("Only who made a change can undo it like this."))
    models = env.composition.models
    mine = [
        (models[entry.model], entry) for entry in entries
        if entry.model in models and models[entry.model].kind == "company" and entry.model not in NEVER
    ]  # fmt: skip
    if not mine:
        raise NotFound(_("There is nothing to undo."))
    _require_rights(env, mine)
    system = env.sudo(_("undo"))
    try:
        for info, entry in mine:
            _undo_entry(system, info, entry)
    except Conflict as conflict:
        raise _as_seen(env, info, entry.record_id, conflict) from None
    return len({(entry.model, entry.record_id) for _info, entry in mine})


def _as_seen(env: Env, info: ModelInfo, key: int, conflict: Conflict) -> Conflict:
    """The conflict without values that the caller does not get."""
    told = env.policy.readable(info) - masked_on(env, info, [key]).get(key, frozenset())
    return Conflict([one for one in conflict.fields if one.name in told], conflict.message)


def _require_rights(env: Env, entries: Iterable[tuple[ModelInfo, Entry]]) -> None:
    """What the kernel did in passing needs no right of the user's."""
    for info, entry in entries:
        if entry.reason is None:
            method = info.methods.get(entry.operation)
            require(
                env.policy,
                info,
                method.right if method is not None else _RIGHTS.get(entry.operation, "update"),
            )


def _undo_entry(env: Env, info: ModelInfo, entry: Entry) -> None:
    record = next(iter(env.load(info, [entry.record_id])), None)
    if record is None:
        raise NotFound()
    if entry.operation in ("create", "restore"):
        if record.deleted_at is None:
            delete_records(env, info, [record.id])
    elif entry.operation == "delete":
        if record.deleted_at is not None:
            restore_records(env, info, [record.id])
    elif record.deleted_at is not None:
        raise Conflict((), _changed_since())
    else:
        with env.granting([record], "undo"):
            _take_back(env, info, record, entry)


def _take_back(env: Env, info: ModelInfo, record: Any, entry: Entry) -> None:
    conflicts: list[FieldConflict] = []
    for name, change in entry.changes.items():
        field = info.fields.get(name)
        if field is None or field.is_computed:
            continue
        is_link = name in info.link_tables
        if is_link:
            current: Any = linked_ids(env, info.link_tables[name], [record.id])[record.id]
        else:
            current = getattr(record, field.attribute)
        if state_literal(current) != as_stored(field, change["n"]):
            conflicts.append(FieldConflict(name, field.label, change["o"], current, None, None))
        elif is_link:
            env.queue_links(record, name, change["o"] or [])
        else:
            setattr(record, field.attribute, _restored(info, field, change["o"]))
    if conflicts:
        raise Conflict(conflicts, _changed_since())
    env.flush("undo")


def _changed_since() -> Any:
    return _("This was changed again in the meantime and cannot be undone.")


def _restored(info: ModelInfo, field: Field, value: Any) -> Any:
    return info.states.get(str(value)) if field.kind == "state" else as_stored(field, value)
