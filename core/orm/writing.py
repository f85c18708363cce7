"""Changing records: from changed attributes to rows, with rights, hooks, checks, version and audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from core.errors import AccessDenied, Conflict, FieldConflict, NotFound, StateForbids
from core.i18n import _
from core.orm.bulk import update_rows
from core.orm.column_types import State
from core.orm.creating import check_targets
from core.orm.criteria import row_criteria
from core.orm.derived import (
    add_grams,
    add_sort_keys,
    attach_relations,
    computed_order,
    recompute_dependants,
    relations_needed,
)
from core.orm.history import Change, Entry, as_stored, entries_of, record_changes
from core.orm.links import set_links
from core.orm.policy import require
from core.orm.tables import state_literal
from core.orm.trust import TRUSTED
from core.orm.uniques import explain_duplicates
from core.orm.values import Problems, check_row, convert_all, raise_problems, refuse_locked, refuse_unknown

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


MERGED_VERSIONS = 500
"""How many versions back a form may be and still be merged; older ones conflict as a whole."""


class StaleRecord(RuntimeError):
    """The row changed between reading and writing in this very transaction: the unit of work runs again."""


@dataclass
class Pending:
    """A record with changed attributes: field name -> (old, new)."""

    record: Any
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def new(self) -> dict[str, Any]:
        return {name: pair[1] for name, pair in self.values.items()}


def write_records(env: Env, info: ModelInfo, records: Sequence[Any], values: Mapping[str, Any], *,
                  version: int | None = None, strict: bool = False) -> None:  # fmt: skip
    """Set the same values on some records. With `version`, changes saved since then are merged field by field."""
    refuse_unknown(info, env, values)
    if strict:
        refuse_locked(info, env, values)
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
                setattr(record, found.attribute, info.states.get(value, value) if found.kind == "state" else value)
    env.flush()


def _merged(env: Env, info: ModelInfo, record: Any, values: Mapping[str, Any], version: int) -> dict[str, Any]:
    """What of `values` is to be written on a record that was read at `version`.

    A field that only the other side changed keeps the other's value; one that both changed differently is a
    conflict.
    """
    if record.version == version:
        return dict(values)
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
        then = as_stored(found, entry_before.changes[name]["o"])
        theirs = state_literal(getattr(record, found.attribute)) if found.is_stored else None
        if value in (then, theirs):
            continue
        who = env.user_names([entry_before.user_id]).get(entry_before.user_id or 0)
        conflicts.append(FieldConflict(name, found.label, value, theirs, who, entry_before.at))
    if conflicts:
        raise Conflict(conflicts)
    return mine


def flush_records(env: Env, operation: str) -> None:
    """Write everything that changed on loaded records, model by model, until hooks leave nothing more."""
    for _round in range(20):
        batches = _pending(env)
        if not batches:
            return
        try:
            for info, pending in batches:
                _write_batch(env, info, pending, operation)
        except Exception:
            for _info, pending in batches:
                _discard(env, pending)
            raise
    raise RuntimeError("hooks keep changing records: more than 20 rounds")


def _discard(env: Env, pending: Sequence[Pending]) -> None:
    """A refused change is taken back from the records, so that the next write does not carry it along."""
    for one in pending:
        if one.record in env.session:
            env.session.expire(one.record)


def _pending(env: Env) -> list[tuple[ModelInfo, list[Pending]]]:
    found: dict[str, list[Pending]] = {}
    links = env.take_links()
    dirty = {id(record): record for record in [*env.session.dirty, *(record for record, _links in links.values())]}
    for record in dirty.values():
        info = type(record).__model_info__
        state = inspect(record)
        changed = Pending(record)
        for one in info.fields.values():
            if one.is_stored and one.name != "id":
                history = state.attrs[one.attribute].history
                if history.added and (not history.deleted or history.deleted[0] != history.added[0]):
                    old = history.deleted[0] if history.deleted else state.committed_state.get(one.attribute)
                    changed.values[one.name] = (state_literal(old), state_literal(history.added[0]))
        if id(record) in links:
            for name, ids in links[id(record)][1].items():
                changed.values[name] = (None, ids)
        if changed.values:
            found.setdefault(info.key, []).append(changed)
        else:
            _settle(record, {})
    return [(env.composition.models[key], pending) for key, pending in found.items()]


def _write_batch(env: Env, info: ModelInfo, pending: list[Pending], operation: str) -> None:
    _check_rows(env, info, pending)
    env.announce("before_write", info, records=[p.record for p in pending], values=[p.new for p in pending])
    pending = _reread(env, info, pending)
    _validate(env, info, pending)
    check_targets(env, info, [p.new for p in pending])
    _compute(env, info, pending)
    _store(env, info, pending)
    for one in pending:
        _write_links(env, info, one)
    record_changes(env, info, operation, [_change(info, p) for p in pending])
    names = {name for p in pending for name in p.values}
    recompute_dependants(env, info, [p.record.id for p in pending], names)
    for one in pending:
        _settle(one.record, one.new)
    env.announce("after_write", info, records=[p.record for p in pending], changes=[p.values for p in pending])


def _reread(env: Env, info: ModelInfo, pending: list[Pending]) -> list[Pending]:
    """The changes again, in case a hook added some to the same records."""
    for one in pending:
        state = inspect(one.record)
        for found in info.fields.values():
            if found.is_stored and found.name != "id":
                history = state.attrs[found.attribute].history
                if history.added:
                    old = one.values.get(found.name, (history.deleted[0] if history.deleted else None, None))[0]
                    one.values[found.name] = (old, state_literal(history.added[0]))
    return pending


def _check_rows(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """The caller may change these rows; records of a running transition are its own right."""
    others = [p.record.id for p in pending if not env.is_granted(p.record)]
    if others:
        require(env.policy, info, "update")
        criteria = row_criteria(env, info, info.cls, "update")
        statement = select(info.cls.id).where(info.cls.id.in_(others), *criteria)
        reached = set(env.session.scalars(statement, execution_options=TRUSTED))
        if missing := set(others) - reached:
            raise unreachable(env, info, missing)
    found = info.state_field
    for one in pending:
        if found is not None and not env.is_granted(one.record):
            before = one.values.get(found.name, (state_literal(getattr(one.record, found.name)),))[0]
            state = info.states.get(str(before))
            if state is not None and state.final:
                raise closed(info, state)
            if found.name in one.values and not env.is_system:
                raise StateForbids(_("The state is changed by its steps only."))


def closed(info: ModelInfo, state: State) -> StateForbids:
    """A record in a final state refuses every change."""
    return StateForbids(_("{model}: no change is possible in the state “{state}”.", model=info.label, state=state.label))


def unreachable(env: Env, info: ModelInfo, ids: Iterable[int]) -> Exception:
    """No such record for those who may not see it, a refusal for those who may only look."""
    wanted = sorted(ids)
    statement = select(info.cls.id).where(info.cls.id.in_(wanted), *row_criteria(env, info, info.cls))
    seen = env.session.scalars(statement, execution_options=TRUSTED).all()
    if len(seen) < len(wanted):
        return NotFound()
    return AccessDenied(_("You may see this record but not change it."))


def _validate(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    found: list[Problems] = [{} for _one in pending]
    for one, problems in zip(pending, found, strict=True):
        ready = convert_all(info, {n: v for n, v in one.new.items() if n != "deleted_at"}, env.language, problems)
        check_row(info, ready, ready, problems)
        for name, value in ready.items():
            one.values[name] = (one.values[name][0], value)
        _ask_for_what_is_missing(env, info, one, problems)
    raise_problems(found)


def _ask_for_what_is_missing(env: Env, info: ModelInfo, one: Pending, problems: Problems) -> None:
    """An edit by a person completes what an import left out; other writes leave it as it is."""
    if env.channel != "page" or not env.asks_required:
        return
    for found in info.fields_for(env.addons).values():
        if found.required and found.is_stored and not found.system and found.name not in one.values:
            if getattr(one.record, found.attribute) is None and found.kind != "number":
                problems.setdefault(found.name, []).append(_("{name} is required.", name=found.label))


def _compute(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    names = {name for p in pending for name in p.values}
    fields = computed_order(info, names)
    if not fields:
        return
    attach_relations(env, info, relations_needed(info, fields), [p.record for p in pending])
    for one in pending:
        for found in fields:
            assert found.compute is not None
            old, new = getattr(one.record, found.name), found.compute(one.record)
            if old != new:
                one.values[found.name] = (old, new)
                setattr(one.record, found.name, new)


def _store(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """One statement for each set of columns that changed together."""
    batches: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    searched = {f.name for f in info.searchable}
    for one in pending:
        row: dict[str, Any] = {}
        for name, value in one.new.items():
            if info.fields[name].is_stored:
                row[info.fields[name].column_name] = value
        add_sort_keys(info, one.new, one.new, row)
        if searched & one.values.keys():
            whole = {f.name: one.new.get(f.name, getattr(one.record, f.attribute)) for f in info.searchable}
            add_grams(info, [whole], [row])
        batches.setdefault(tuple(sorted(row)), []).append({**row, "_id": one.record.id, "_v": one.record.version})
    for columns, rows in batches.items():
        with explain_duplicates(env, info, [p.new for p in pending]):
            written = update_rows(env.session, info.table, columns, rows, env.now,
                                  env.user_id)  # fmt: skip
        if len(written) < len(rows):
            raise StaleRecord(f"{info.key}: {sorted({r['_id'] for r in rows} - written)[:5]} changed meanwhile")



def _write_links(env: Env, info: ModelInfo, one: Pending) -> None:
    for name in [n for n in one.values if n in info.link_tables]:
        one.values[name] = set_links(env, info, name, one.record.id, one.values[name][1] or [])
        instance_state(one.record).dict.pop(name, None)


def _change(info: ModelInfo, one: Pending) -> Change:
    shown = {name: pair for name, pair in one.values.items() if not info.fields[name].is_computed}
    return Change(one.record.id, one.record.version + 1, shown)


def _settle(record: Any, new: Mapping[str, Any]) -> None:
    """The record now holds what the row holds."""
    info = type(record).__model_info__
    for name, value in new.items():
        found = info.fields[name]
        if found.is_stored:
            set_committed_value(record, found.attribute, info.states.get(value, value) if found.kind == "state" else value)
    if new:
        set_committed_value(record, "version", record.version + 1)
    state = instance_state(record)
    state._commit_all(state.dict, state.session.identity_map if state.session is not None else None)
