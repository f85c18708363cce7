"""Undo: the changes of one request, or one change of a record, are taken back, newest first.

What somebody has changed again since is a conflict: refused as a whole, left as it is, or overwritten, as the caller
wishes for each field. All of it is one operation of the caller, audited like any other.

Who made a change may undo it with the function rights it needed, as they are today, also where it has moved the record
out of reach. Changes of others need the rows and the fields too, as if the caller typed the old values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select

from core.errors import AccessDenied, Conflict, FieldConflict, InUse, NotFound, UserError
from core.i18n import LazyString, _
from core.orm.attempts import attempt
from core.orm.criteria import row_criteria
from core.orm.deleting import delete_records, restore_records
from core.orm.fields import Field
from core.orm.history import Entry, as_stored, entries_of_request
from core.orm.immutable import refuse_undo
from core.orm.links import linked_ids
from core.orm.masking import masked_on
from core.orm.numbers import is_provisional
from core.orm.parts import check_stored_parts, closed, is_shut
from core.orm.policy import require
from core.orm.tables import state_literal
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

_RIGHTS: Final = {
    "create": "create", "delete": "delete", "restore": "delete", "undo": "update", "write": "update",
}  # fmt: skip
BY_HAND: Final = frozenset({"write", "undo"})
"""Changes that were no steps: where the state is against changes by hand, it is against taking these back."""
NEVER: Final = frozenset({"base.notice"})
"""Who was told something has been told."""
BATCH: Final = 500
Choice = Literal["refuse", "skip", "overwrite"]
Told = tuple["ModelInfo", Entry]


@dataclass(frozen=True)
class Wish:
    """What to do with what was changed again since: by (model, record, field), else `otherwise`."""

    otherwise: Choice = "refuse"
    choices: Mapping[tuple[str, int, str], Choice] = field(default_factory=dict)

    def of(self, info: ModelInfo, record_id: int, name: str) -> Choice:
        return self.choices.get((info.key, record_id, name), self.otherwise)


@dataclass
class Undone:
    """What became of it."""

    records: set[tuple[str, int]] = field(default_factory=set)
    left: set[tuple[str, int, str]] = field(default_factory=set)
    """Fields that stay as they are; an empty name stands for the whole record."""

    @property
    def number(self) -> int:
        return len(self.records)


def undo_request(env: Env, request_id: str, wish: Wish | None = None, *, of_others: bool = False,
                 step: Callable[[int], None] | None = None) -> Undone:  # fmt: skip
    """Take back what one request wrote in the company, in batches; `step` hears the number of records so far.

    `of_others` allows requests of other people. When it is refused, the transaction has to be taken back.
    """
    done, before = Undone(), None
    while entries := entries_of_request(env, request_id, before=before, limit=BATCH):
        before = entries[-1].id
        if not of_others and any(entry.real_user_id != env.real_user_id for entry in entries):
            raise AccessDenied(_("Only who made a change can undo it like this."))
        undo_entries(env, entries, wish, done)
        if step is not None:
            step(done.number)
    if not done.records:
        raise NotFound(_("There is nothing to undo."))
    return done


def undo_entries(
    env: Env, entries: Sequence[Entry], wish: Wish | None = None, done: Undone | None = None
) -> Undone:
    """Take back these changes, which are the newest first. All of it or, when it is refused, nothing, as far as the
    transaction is taken back.
    """
    mine = undoable_entries(env, entries)
    refuse_undo(info for info, _entry in mine)
    _require_rights(env, mine)
    work = _Undoing(env, wish or Wish(), done if done is not None else Undone())
    for kind, chunk in _chunks(mine):
        work.take(kind, chunk)
    return work.done


def undoable_entries(env: Env, entries: Iterable[Entry]) -> list[Told]:
    """The changes that can be undone at all, with their models."""
    models = env.composition.models
    return [
        (models[entry.model], entry) for entry in entries
        if entry.model in models and models[entry.model].kind == "company" and entry.model not in NEVER
        and models[entry.model].addon in env.addons
    ]  # fmt: skip


def _kind(told: Told) -> tuple[str, str]:
    """The model, and how its changes are taken back."""
    info, entry = told
    return info.key, {"create": "delete", "restore": "delete", "delete": "restore"}.get(
        entry.operation, "write"
    )


def _chunks(mine: Iterable[Told]) -> Iterator[tuple[str, list[Told]]]:
    """Changes that follow each other and are taken back alike, each record once."""
    for (_model, kind), group in groupby(mine, _kind):
        chunk: list[Told] = []
        seen: set[int] = set()
        for told in group:
            if told[1].record_id in seen:
                yield kind, chunk
                chunk, seen = [], set()
            chunk.append(told)
            seen.add(told[1].record_id)
        yield kind, chunk


def right_to_undo(info: ModelInfo, entry: Entry, *, is_own: bool) -> str:
    """The function right that taking the change back needs: one's own new record goes with the right to make one."""
    if entry.operation == "create" and not is_own:
        return "delete"
    method = info.methods.get(entry.operation)
    return method.right if method is not None else _RIGHTS.get(entry.operation, "update")


def _require_rights(env: Env, mine: Iterable[Told]) -> None:
    """What the kernel did in passing needs no right of the user's."""
    rows: dict[tuple[str, str, bool], set[int]] = {}
    names: dict[str, dict[int, set[str]]] = {}
    for info, entry in mine:
        is_own = entry.real_user_id == env.real_user_id
        right = right_to_undo(info, entry, is_own=is_own)
        if entry.reason is None:
            require(env.policy, info, right)
        if not is_own:
            rows.setdefault((info.key, right, entry.operation == "delete"), set()).add(entry.record_id)
            if entry.operation not in ("create", "delete", "restore"):
                names.setdefault(info.key, {}).setdefault(entry.record_id, set()).update(entry.changes)
    for (model, right, binned), ids in rows.items():
        _require_rows(env, env.info(model), right, ids, binned=binned)
    for model, changed in names.items():
        _require_fields(env, env.info(model), changed)


def _require_fields(env: Env, info: ModelInfo, changed: dict[int, set[str]]) -> None:
    """Hidden fields, those that are only shown, and values kept from the caller on single records stay as they are."""
    editable, kept = env.policy.editable(info), masked_on(env, info, changed)
    for key, names in changed.items():
        if any(name in info.fields and name not in editable - kept.get(key, frozenset()) for name in names):
            raise AccessDenied(_("You may not change every field that was changed there."))


def _require_rows(env: Env, info: ModelInfo, right: str, ids: set[int], *, binned: bool) -> None:
    require(env.policy, info, right)
    criteria = row_criteria(env, info, info.cls, right, binned=True if binned else None)
    statement = select(info.cls.id).where(info.cls.id.in_(ids), *criteria)
    reached = set(env.session.scalars(statement, execution_options=TRUSTED))
    live = select(info.cls.id).where(info.cls.id.in_(ids - reached), info.cls.deleted_at.is_(None))
    if ids - reached and (not binned or env.session.scalar(live, execution_options=TRUSTED) is not None):
        raise AccessDenied(_("Not every record that was changed there is yours to change."))


class _Undoing:
    """One undo: writes with the kernel's rights, after the caller's have been asked."""

    def __init__(self, caller: Env, wish: Wish, done: Undone) -> None:
        self.caller, self.env, self.wish, self.done = caller, caller.sudo(_("undo")), wish, done

    def take(self, kind: str, chunk: Sequence[Told]) -> None:
        info = chunk[0][0]
        records = {one.id: one for one in self.env.load(info, [entry.record_id for _info, entry in chunk])}
        if kind == "write":
            self._write(info, chunk, records)
            return
        wanted = [key for key, one in records.items() if (one.deleted_at is None) == (kind == "delete")]
        check_stored_parts(self.caller, info, wanted)
        self.done.records.update((info.key, key) for key in records)
        self._move(info, delete_records if kind == "delete" else restore_records, sorted(wanted))

    def _move(self, info: ModelInfo, move: Callable[..., None], ids: list[int]) -> None:
        """Into the bin or out of it, all at once; where some shall be left, those that cannot go are found."""
        if not ids:
            return
        if self.wish.otherwise == "refuse":
            move(self.env, info, ids)
            return
        try:
            with attempt(self.env):
                move(self.env, info, ids)
        except UserError:
            if len(ids) == 1:
                self._leave(info, ids[0], "")
                return
            middle = len(ids) // 2
            self._move(info, move, ids[:middle])
            self._move(info, move, ids[middle:])

    def _write(self, info: ModelInfo, chunk: Sequence[Told], records: Mapping[int, Any]) -> None:
        found, conflicts = list[tuple[Any, Entry]](), list[FieldConflict]()
        by_hand = [entry.record_id for _info, entry in chunk if entry.operation in BY_HAND]
        check_stored_parts(self.caller, info, by_hand)
        for _info, entry in chunk:
            record = records.get(entry.record_id)
            problem = obstacle(self.caller, info, entry, record)
            if problem is not None:
                if self.wish.otherwise == "refuse":
                    raise NotFound() if record is None else Conflict((), problem)
                self._leave(info, entry.record_id, "")
            else:
                found.append((record, entry))
        with self.env.granting([record for record, _entry in found], "undo"):
            links = self._links(info, found)
            for record, entry in found:
                self._take_back(info, record, entry, links, conflicts)
            if conflicts:
                told = told_fields(self.caller, info, [record.id for record, _entry in found])
                raise Conflict([one for one in conflicts if one.name in told], _changed_since())
            self.env.flush("undo")

    def _links(self, info: ModelInfo, found: Sequence[tuple[Any, Entry]]) -> dict[str, dict[int, list[int]]]:
        """What the records are linked to now, for the fields of links that were changed."""
        names = {name for _record, entry in found for name in entry.changes if name in info.link_tables}
        ids = [record.id for record, _entry in found]
        return {name: linked_ids(self.env, info.link_tables[name], ids) for name in names}

    def _take_back(
        self, info: ModelInfo, record: Any, entry: Entry, links: Mapping[str, Mapping[int, list[int]]],
        conflicts: list[FieldConflict],
    ) -> None:  # fmt: skip
        self.done.records.add((info.key, record.id))
        for name, change in entry.changes.items():
            known = info.fields.get(name)
            if known is None or known.is_computed or (info.key, record.id, name) in self.done.left:
                continue
            is_link = name in info.link_tables
            current: Any = links[name][record.id] if is_link else getattr(record, known.attribute)
            if name in entry.erased or (known.final_in and is_provisional(change.get("o"))):
                self._leave(info, record.id, name)
                continue
            if state_literal(current) != as_stored(known, change["n"]):
                choice = self.wish.of(info, record.id, name)
                if choice == "refuse":
                    conflicts.append(FieldConflict(name, known.label, change["o"], current, None, None))
                if choice == "skip":
                    self._leave(info, record.id, name)
                if choice != "overwrite":
                    continue
            if is_link:
                self.env.queue_links(record, name, change["o"] or [])
            else:
                setattr(record, known.attribute, _restored(info, known, change["o"]))

    def _leave(self, info: ModelInfo, record_id: int, name: str) -> None:
        self.done.left.add((info.key, record_id, name))


def told_fields(env: Env, info: ModelInfo, ids: Iterable[int]) -> frozenset[str]:
    """The fields of which the caller may know every value on these records."""
    kept = frozenset[str]().union(*masked_on(env, info, ids).values())
    return env.policy.readable(info) - kept


def obstacle(env: Env, info: ModelInfo, entry: Entry, record: Any) -> LazyString | None:
    """Why nothing of a change can be taken back on this record, whatever the caller wishes."""
    if record is None:
        return _("There is no such record, or you have no access to it.")
    if record.deleted_at is not None:
        return _("This was changed again in the meantime and cannot be undone.")
    found = info.state_field
    if found is not None and found.name not in entry.changes:
        state = getattr(record, found.name)
        if (
            state is not None
            and (state.final or entry.operation in BY_HAND)
            and is_shut(env, info, state, entry.changes)
        ):
            return closed(info, state).message
    return None


def _changed_since() -> LazyString:
    return _("This was changed again in the meantime and cannot be undone.")


def _restored(info: ModelInfo, known: Field, value: Any) -> Any:
    return info.states.get(str(value)) if known.kind == "state" else as_stored(known, value)


__all__ = [
    "BATCH", "NEVER", "Choice", "InUse", "Undone", "Wish", "obstacle", "right_to_undo", "undo_entries", "undo_request",
    "undoable_entries",
]  # fmt: skip
