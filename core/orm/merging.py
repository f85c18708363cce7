"""What of a change is to be written on a record that others have saved since it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from core.errors import Conflict, FieldConflict
from core.orm.history import Entry, as_stored, entries_of
from core.orm.links import linked_ids
from core.orm.tables import state_literal

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MERGED_VERSIONS: Final = 500
"""How many versions back a form may be and still be merged; older ones conflict as a whole."""


def merged(env: Env, info: ModelInfo, record: Any, values: Mapping[str, Any], version: int) -> dict[str, Any]:
    """What of `values` is to be written on a record that was read at `version`.

    A field that only the other side changed keeps the other's value; one that both changed differently is a
    conflict.
    """
    if record.version == version:
        return dict(values)
    if not 0 <= record.version - version <= MERGED_VERSIONS:
        raise Conflict()
    first: dict[str, Entry] = {}
    for entry in entries_of(env, info, record.id, since=version, limit=MERGED_VERSIONS):
        first.update(dict.fromkeys(entry.changes, entry))
    mine: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    for name, value in values.items():
        entry_before = first.get(name)
        if entry_before is None:
            mine[name] = value
            continue
        found = info.fields[name]
        then = as_stored(found, entry_before.changes[name].get("o"))
        theirs: Any
        if name in info.link_tables:
            theirs = linked_ids(env, info.link_tables[name], [record.id])[record.id]
        else:
            theirs = state_literal(getattr(record, found.attribute))
        if value in (then, theirs):
            continue
        who = env.user_names([entry_before.user_id]).get(entry_before.user_id or 0)
        conflicts.append(FieldConflict(name, found.label, value, theirs, who, entry_before.at))
    if conflicts:
        raise Conflict(conflicts)
    return mine


def hold_values(env: Env, info: ModelInfo, record: Any, values: Mapping[str, Any]) -> None:
    """Let the record hold converted values as changes to be written."""
    for name, value in values.items():
        found = info.fields[name]
        if found.kind == "many2many":
            env.queue_links(record, name, value or [])
        else:
            setattr(
                record, found.attribute, info.states.get(value, value) if found.kind == "state" else value
            )
