"""Pictures on a record's page: how it went through its states, what is being done for it, what came before and after.

Each is a block of a form. What another addon adds (a further state, a further document) goes `inside` it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from core.i18n import LazyString, _
from core.orm.column_types import State
from core.views.layout import FieldRef


@dataclass(frozen=True, eq=False, slots=True)
class Process:
    """The way of a record through its states."""

    field: FieldRef
    due: Mapping[State, FieldRef]
    limits: Mapping[State, timedelta]
    label: LazyString
    key: str
    items: tuple[FieldRef, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """The tasks of a record as a picture; `items` are states of the record itself that stand behind them."""

    field: FieldRef
    title: FieldRef
    state: FieldRef
    due: FieldRef | None
    after: FieldRef | None
    person: FieldRef | None
    done: FieldRef | None
    label: LazyString | None
    key: str
    items: tuple[FieldRef, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Chain:
    """What a document came from and what came of it; `before` and `after` are those of `items` that say so."""

    items: tuple[FieldRef, ...]
    before: tuple[FieldRef, ...]
    after: tuple[FieldRef, ...]
    label: LazyString
    key: str


Strip: TypeAlias = Process | Steps | Chain


def process(
    field: FieldRef,
    *,
    due: Mapping[State, FieldRef] | None = None,
    limits: Mapping[State, timedelta] | None = None,
    label: LazyString | None = None,
    key: str = "process",
) -> Process:
    """The record's way through the states of `field`: each state it was in (since when, who moved it on), the present
    one, and what can be done next.

    A state is late after its day in `due`, a date field of the record, or when it lasts longer than its `limits`.
    """
    return Process(field, due or {}, limits or {}, label or _("Course"), key)


def steps(
    field: FieldRef,
    *,
    title: FieldRef,
    state: FieldRef,
    due: FieldRef | None = None,
    after: FieldRef | None = None,
    person: FieldRef | None = None,
    done: FieldRef | None = None,
    further: Sequence[FieldRef] = (),
    label: LazyString | None = None,
    key: str = "picture",
) -> Steps:
    """The records of a one2many `field` as a picture of what is done, running, waiting and late.

    `title`, `state`, `due` (a day), `person` and `done` (when it was) are fields of these records; `after` is a
    many2many to those that come before. Behind them stand states and selections of the record itself: `further`, and
    what other addons put `inside` the picture. Of a selection the first choice counts as not begun, the last as done.
    """
    return Steps(field, title, state, due, after, person, done, label, key, tuple(further))


def chain(
    *fields: FieldRef, before: Sequence[FieldRef] = (), after: Sequence[FieldRef] = (), label: LazyString | None = None,
    key: str = "chain",
) -> Chain:  # fmt: skip
    """The documents around this one as links with their states: what its many2one `fields` point to came before, what
    its one2many fields hold came after; `before` and `after` name those of which the contrary is true. Further ones are
    found through the chains of those documents.
    """
    items = (*fields, *before, *after)
    return Chain(items, tuple(before), tuple(after), label or _("Documents before and after"), key)
