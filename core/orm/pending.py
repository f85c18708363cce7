"""What was changed on loaded records and is not written yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import NO_VALUE

from core.orm.tables import state_literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.fields import Field

_NOTHING: Final = object()


@dataclass
class Pending:
    """A record with changed fields: field name -> (old, new), and the links that are wanted by field name."""

    record: Any
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    links: dict[str, list[int]] = field(default_factory=dict)
    """Kept apart from `values` until it is known which of them are new."""

    @property
    def new(self) -> dict[str, Any]:
        return {name: pair[1] for name, pair in self.values.items()} | self.links

    def __bool__(self) -> bool:
        return bool(self.values or self.links)


def changes_of(env: Env, info: ModelInfo, record: Any) -> Pending:
    """What differs from the row, links included."""
    found = Pending(record, links=dict(env.unit.links.get(id(record), (record, {}))[1]))
    state = instance_state(record)
    for attribute, old in state.committed_state.items():
        changed = info.by_attribute.get(attribute)
        if changed is None or (new := state.dict.get(attribute, _NOTHING)) is _NOTHING:
            continue
        before = None if old is NO_VALUE else state_literal(old)
        if before != state_literal(new) or (old is NO_VALUE and new is None):
            found.values[changed.name] = (before, state_literal(new))
    return found


def next_batch(env: Env) -> tuple[ModelInfo, list[Any]] | None:
    """The changed records of one model, those left out that are being written already."""
    unit = env.unit
    waiting = [record for record, _links in unit.links.values()]
    records: list[Any] = []
    info: ModelInfo | None = None
    for record in {id(one): one for one in (*env.session.dirty, *waiting)}.values():
        if id(record) in unit.in_flight:
            continue
        own = type(record).__model_info__
        if not changes_of(env, own, record):
            take_links(env, record)
            settle(record)
        elif info is None or own is info:
            info = own
            records.append(record)
    return None if info is None else (info, records)


def take_links(env: Env, record: Any) -> None:
    """Forget the links that were wanted for a record."""
    env.unit.links.pop(id(record), None)


def discard(env: Env) -> None:
    """Changes that were not written are taken back from their records, so that no later write carries them along."""
    unit = env.unit
    for record in list(env.session.dirty):
        if id(record) not in unit.in_flight and record in env.session:
            env.session.expire(record)
    for key in [key for key in unit.links if key not in unit.in_flight]:
        del unit.links[key]


def hold(info: ModelInfo, record: Any, found: Field, value: Any) -> None:
    """Let the record hold a value as it is stored, still as a change to be written."""
    value = info.states.get(value, value) if found.kind == "state" else value
    if state_literal(getattr(record, found.attribute)) != state_literal(value):
        setattr(record, found.attribute, value)
    else:
        instance_state(record).dict[found.attribute] = value


def settle(record: Any, written: Mapping[str, Any] | None = None) -> None:
    """The record now holds what the row holds; `written` are further attributes of the row."""
    state = instance_state(record)
    state.dict.update(written or {})
    state._commit_all(state.dict, state.session.identity_map if state.session is not None else None)


def held(env: Env, info: ModelInfo, ids: Sequence[int]) -> dict[int, Any]:
    """The records of these ids that the session holds, without asking the database."""
    kept, (cls, _key, token) = env.session.identity_map, env.session.identity_key(info.cls, 0)
    records = ((key, kept.get((cls, (key,), token))) for key in ids)
    return {key: record for key, record in records if record is not None}


def is_changed(record: Any) -> bool:
    """Whether the record carries changes that are not written."""
    return bool(inspect(record).committed_state)
