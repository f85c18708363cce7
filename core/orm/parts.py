"""Parts: records that belong to one other record and follow it, such as the lines of an order.

    class Line(CompanyOwned, part_of="order")        read, export, print    as the order
                                                     create, change, delete as changing the order
    class Order(…, editable_in=(DRAFT,))             by hand in these states only, its lines as well

A final state shuts the record and its parts for everyone; any other state that is not named in `editable_in` shuts them
for people, while steps of the record, and the kernel's own work, go on writing. Before parts are written their wholes
are locked, the highest first, and their states are read under the lock: whoever closes an order waits for lines that
are being added, or these are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import TextClause, text

from core.errors import CompositionError, StateForbids, ValidationFailed
from core.i18n import LazyString, _
from core.orm.bulk import KEPT_STATEMENTS, names_of, qualified, run
from core.orm.column_types import State
from core.orm.engine import array_literal
from core.orm.fields import field_name
from core.orm.pending import held

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo
    from core.orm.env import Env
    from core.orm.pending import Pending


def declare_parts(composed: Composition) -> None:
    """Tell models what they are part of, and check what they say of states. Raises CompositionError."""
    for info in composed.models.values():
        name = info.options.get("part_of")
        if name is None:
            continue
        found = info.fields.get(str(name))
        whole = composed.models.get(str(found.target_key)) if found is not None else None
        if found is None or whole is None or found.kind != "many2one" or not found.required:
            raise _impossible(info, _("{name} is no required reference", name=str(name)))
        if found.on_delete != "part_of":
            raise _impossible(info, _('{name} needs on_delete="part_of"', name=found.name))
        if info.kind != "company" or whole.kind != "company":
            raise _impossible(info, _("both belong to one company"))
        if info.is_owned:
            raise _impossible(info, _("it follows its whole and has no owner of its own"))
        info.part_of, info.whole = found, whole
    for info in composed.models.values():
        _refuse_circle(info)
        _check_states(info)


def _refuse_circle(info: ModelInfo) -> None:
    seen, at = {info.key}, info.whole
    while at is not None:
        if at.key in seen:
            raise _impossible(info, _("it would be part of itself"))
        seen.add(at.key)
        at = at.whole


def _check_states(info: ModelInfo) -> None:
    known = info.states.values()
    for state in info.options.get("editable_in") or ():
        if state not in known:
            raise _impossible(info, _("editable_in names {state}, which is no state of it", state=str(state)))
    for one in info.options.get("always_editable") or ():
        if field_name(one) not in info.fields:
            raise _impossible(info, _("always_editable names {name}, which is no field of it", name=str(one)))


def _impossible(info: ModelInfo, problem: LazyString) -> CompositionError:
    text_ = _("{model} cannot be declared like this: {problem}.", model=info.key, problem=problem)
    return CompositionError(text_, addon=info.addon, model=info.key)


def closed(info: ModelInfo, state: State) -> StateForbids:
    """A record refuses every change in a final state, and changes by hand in some others."""
    return StateForbids(
        _("{model}: no change is possible in the state “{state}”.", model=info.label, state=state.label)
    )


def is_shut(env: Env, info: ModelInfo, state: State | None, names: Collection[str] | None = None) -> bool:
    """Whether the state keeps the caller from changing the record by hand: these fields, or it as a whole."""
    if state is None or state.final:
        return state is not None
    if env.is_system or info.editable_states is None or state.code in info.editable_states:
        return False
    return names is None or not names or not info.always_editable.issuperset(names)


class Shut(NamedTuple):
    """The record whose state keeps the caller from changing one by hand: that one itself, or what it is part of."""

    info: ModelInfo
    key: int
    state: State
    is_whole: bool = False

    @property
    def refusal(self) -> StateForbids:
        """The same as an error, in the words with which the change itself is refused."""
        return closed(self.info, self.state)


def shut_by(
    env: Env, info: ModelInfo, key: int, state: State | None, names: Collection[str] | None = None
) -> Shut | None:
    """What a change of these fields, or of the record as a whole, would be refused for; None where nothing is in its
    way. For pages, which say so before anything is typed: nothing is locked.
    """
    if state is not None and is_shut(env, info, state, names):
        return Shut(info, key, state)
    is_free = bool(names) and info.always_editable.issuperset(names or ())
    while (whole := info.whole) is not None and _matters(whole):
        above: Any = run(env.session, _state_above_sql(info), {"id": key}).one_or_none()
        if above is None:
            break
        info, key, state = whole, above[0], _state(whole, above[1])
        if state is not None and (state.final or (not is_free and is_shut(env, info, state))):
            return Shut(info, key, state, is_whole=True)
    return None


def check_wholes(
    env: Env, info: ModelInfo, wholes: Iterable[int], names: Collection[str] | None = None, *, by_step: bool = False
) -> None:  # fmt: skip
    """Lock the records of which others are parts, and refuse where the state of one is against the change: a closed
    one against any, one that is not editable against changes by hand. A running step of the whole may change its parts.
    """
    ids = set(wholes)
    if not ids:
        return
    free = by_step or bool(names and info.always_editable.issuperset(names))
    for whole, states in _held_states(env, info, ids):
        records = held(env, whole, list(states))
        for key, state in states.items():
            if key in records and env.is_granted(records[key]):
                continue
            if state is not None and (state.final or (not free and is_shut(env, whole, state))):
                raise closed(whole, state)


def _held_states(env: Env, info: ModelInfo, ids: set[int]) -> list[tuple[ModelInfo, dict[int, State | None]]]:
    levels: list[tuple[ModelInfo, set[int]]] = []
    whole = info.whole
    while whole is not None and ids:
        levels.append((whole, ids))
        if whole.part_of is not None and _matters(whole.whole):
            rows = run(env.session, _above_sql(whole), {"ids": array_literal(ids)})
            ids = {row[0] for row in rows}
        whole = whole.whole
    return [
        (one, _held_state(env, one, keys)) for one, keys in reversed(levels)
        if one.state_field is not None or one.own_totals
    ]  # fmt: skip


def _held_state(env: Env, info: ModelInfo, ids: set[int]) -> dict[int, State | None]:
    rows: Any = run(env.session, _hold_sql(info), {"ids": array_literal(ids)})
    return {key: _state(info, code) for key, code in rows}


def _matters(info: ModelInfo | None) -> bool:
    """Whether anything from here upwards has states or totals."""
    while info is not None:
        if info.state_field is not None or info.own_totals:
            return True
        info = info.whole
    return False


def _state(info: ModelInfo, code: str | None) -> State | None:
    return None if code is None else info.states.get(code, State(code, code))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _above_sql(info: ModelInfo) -> TextClause:
    assert info.part_of is not None
    column = names_of([info.part_of.column_name])[0]
    return text(
        f"select distinct {column} from {qualified(info.table)} where id = any(cast(:ids as bigint[]))"
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _state_above_sql(info: ModelInfo) -> TextClause:
    assert info.part_of is not None and info.whole is not None
    column = names_of([info.part_of.column_name])[0]
    return text(
        f"select id, {_state_column(info.whole)} from {qualified(info.whole.table)} "
        f"where id = (select {column} from {qualified(info.table)} where id = :id)"
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _hold_sql(info: ModelInfo) -> TextClause:
    return text(
        f"select id, {_state_column(info)} from {qualified(info.table)} where id = any(cast(:ids as bigint[])) "
        "order by id for no key update"
    )


def _state_column(info: ModelInfo) -> str:
    found = info.state_field
    return names_of([found.column_name])[0] if found is not None else "null"


def check_new_parts(env: Env, info: ModelInfo, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for rows that are about to be made."""
    if info.part_of is not None:
        check_wholes(env, info, {row[info.part_of.name] for row in rows if row.get(info.part_of.name)})


def check_parts(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """The same for changed records; and a part stays with its whole."""
    found = info.part_of
    if found is None:
        return
    if any(found.name in one.values for one in pending):
        text_ = _("{name}: a part stays with the record that it belongs to.", name=found.label)
        raise ValidationFailed.at(found.name, text_)
    for by_step in (False, True):
        some = [one for one in pending if env.is_granted(one.record) is by_step]
        names = {name for one in some for name in (*one.values, *one.links)}
        check_wholes(
            env, info, {getattr(one.record, found.attribute) for one in some}, names, by_step=by_step
        )


def check_stored_parts(env: Env, info: ModelInfo, ids: Iterable[int], *, by_step: bool = False) -> None:
    """The same for rows that go, return, or take a step."""
    ids = list(ids)
    if ids and info.part_of is not None and _matters(info.whole):
        rows = run(env.session, _above_sql(info), {"ids": array_literal(ids)})
        check_wholes(env, info, {row[0] for row in rows}, by_step=by_step)
