"""The same values on many records by id, without loading them: one statement reads what decides, one writes.

This is the way only where nobody asks for the records themselves: no hook listens, nothing follows from the values
but a sort key. Whatever is out of the ordinary (a record that is not there or not to be changed, a closed one, a value
that does not fit) is left to `writing.write_records`, which knows the words for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from core.orm.bulk import given_ids, row_text
from core.orm.criteria import row_criteria
from core.orm.derived import add_sort_keys
from core.orm.guards import StaleRecord, check_targets, deciding_fields
from core.orm.history import fresh_salts, told_values
from core.orm.parts import is_shut
from core.orm.pending import held, is_changed, settle
from core.orm.recording import update_told
from core.orm.trust import TRUSTED
from core.orm.values import Problems, check_row, convert_all
from core.orm.write_plan import plan_of

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def write_alike(
    env: Env, info: ModelInfo, ids: Sequence[int], values: Mapping[str, Any], operation: str
) -> bool:
    """Write, if this is the way for these records and values; else say so and leave everything as it is."""
    if not _is_for(env, info, values):
        return False
    ready = _ready(env, info, values)
    versions = None if ready is None else _versions(env, info, set(ids), ready)
    if ready is None or versions is None:
        return False
    known = held(env, info, list(versions))
    if any(_is_at_work(env, one) or one.version != versions[key][0] for key, one in known.items()):
        return False
    changed = {key: found for key, found in sorted(versions.items()) if found[1]}
    if changed:
        check_targets(env, info, [ready])
        _store(env, info, operation, ready, changed)
        for key in changed.keys() & known.keys():
            _settle(env, info, known[key], ready)
    return True


def _is_for(env: Env, info: ModelInfo, values: Mapping[str, Any]) -> bool:
    if not plan_of(info, env.addons).plain.issuperset(values) or info.kind == "shared":
        return False
    if env.listens("before_write", info) or env.listens("after_write", info) or info.part_of is not None:
        return False
    if values.keys() & env.policy.masks(info).keys():
        return False
    return env.policy.allowed(info, "update") and not values.keys() & deciding_fields(env, info)


def _ready(env: Env, info: ModelInfo, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values as they are stored; None where one does not fit."""
    problems: Problems = {}
    ready = convert_all(info, values, env.language, problems)
    checked = plan_of(info, env.addons).checked
    check_row(info, ready, [checked[name] for name in ready if name in checked], problems)
    return None if problems else ready


def _versions(
    env: Env, info: ModelInfo, ids: set[int], ready: Mapping[str, Any]
) -> dict[int, tuple[int, dict[str, tuple[Any, Any]]]] | None:
    """By id the version and what is to change, (old, new); None where the caller may not change one of the records,
    where one is closed, or lacks what an edit by a person has to complete.
    """
    if any(not 0 < key < 2**63 for key in ids):
        return None
    names = tuple(ready)
    statement = env.policy.remembered(
        ("alike", info.key, names, env.channel == "page"), lambda: _statement(env, info, names)
    )
    rows = env.session.execute(statement, {"ids": list(ids)}, execution_options=TRUSTED).all()
    if len(rows) < len(ids) or any(row.stops for row in rows):
        return None
    return {
        row[0]: (row[1], {
            name: (old, ready[name]) for name, old in zip(names, row[3:], strict=True) if old != ready[name]
        })
        for row in rows
    }  # fmt: skip


def _statement(env: Env, info: ModelInfo, names: Sequence[str]) -> Any:
    asked = plan_of(info, env.addons).asked if env.channel == "page" else ()
    stops = [getattr(info.cls, one.attribute).is_(None) for one in asked if one.name not in names]
    if info.state_field is not None:
        shut = [state for state in info.states.values() if is_shut(env, info, state, names)]
        stops.append(getattr(info.cls, info.state_field.name).in_(shut))
    within = row_criteria(env, info, info.cls)
    if (where := env.reach(info, "update")) is not None:
        within.append(where)
    values = (getattr(info.cls, info.fields[name].attribute) for name in names)
    columns = (info.cls.id, info.cls.version, or_(False, *stops).label("stops"), *values)
    return select(*columns).where(given_ids(info.cls.id), *within)


def _is_at_work(env: Env, record: Any) -> bool:
    return env.is_granted(record) or id(record) in env.unit.in_flight or is_changed(record)


def _store(
    env: Env,
    info: ModelInfo,
    operation: str,
    ready: Mapping[str, Any],
    changed: Mapping[int, tuple[int, dict[str, tuple[Any, Any]]]],
) -> None:
    columns = {info.fields[name].column_name: value for name, value in ready.items()}
    add_sort_keys(info, ready, ready, columns)
    cells = row_text(columns)[1:-1]
    start = f"{cells}," if cells else ""
    salts = fresh_salts(sum(len(pairs) for _version, pairs in changed.values()))
    texts = [
        f'{{{start}"_id":{key},"_v":{version},{told_values(pairs, info.secrets, salts)}}}'
        for key, (version, pairs) in changed.items()
    ]
    written = update_told(env, info, operation, sorted(columns), texts)
    if missing := changed.keys() - written:
        raise StaleRecord(f"{info.key}: {sorted(missing)[:5]} changed meanwhile")


def _settle(env: Env, info: ModelInfo, record: Any, ready: Mapping[str, Any]) -> None:
    written: dict[str, Any] = {
        "version": record.version + 1,
        "changed_at": env.now,
        "changed_by_id": env.user_id,
    }
    for name, value in ready.items():
        field = info.fields[name]
        if field.attribute != name and getattr(record, field.attribute) != value:
            record.__dict__.pop(name, None)
        written[field.attribute] = value
    settle(record, written)
