"""Setting values on records, merged with what others have saved since they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from core.errors import Conflict, FieldConflict
from core.orm.guards import StaleRecord, unreachable
from core.orm.history import Entry, as_stored, entries_of
from core.orm.links import linked_ids
from core.orm.policy import require
from core.orm.tables import state_literal
from core.orm.values import Problems, convert_all, raise_problems, refuse_locked, refuse_unknown

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

__all__ = ["MERGED_VERSIONS", "StaleRecord", "unreachable", "write_records"]

MERGED_VERSIONS: Final = 500
"""How many versions back a form may be and still be merged; older ones conflict as a whole."""


def write_records(env: Env, info: ModelInfo, records: Sequence[Any], values: Mapping[str, Any], *,
                  version: int | None = None, strict: bool = False) -> None:  # fmt: skip
    """Set the same values on some records. With `version`, changes saved since then are merged field by field."""
    refuse_unknown(info, env, values)
    if strict:
        refuse_locked(info, env, values)
    if not all(env.is_granted(record) for record in records):
        require(env.policy, info, "update")
    problems: Problems = {}
    ready = convert_all(info, values, env.language, problems)
    raise_problems([problems])
    for record in records:
        mine = ready if version is None else _merged(env, info, record, ready, version)
        for name, value in mine.items():
            found = info.fields[name]
            if found.kind == "many2many":
                env.queue_links(record, name, value or [])
            else:
                setattr(
                    record, found.attribute, info.states.get(value, value) if found.kind == "state" else value
                )
    env.flush()


def _merged(
    env: Env, info: ModelInfo, record: Any, values: Mapping[str, Any], version: int
) -> dict[str, Any]:
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
