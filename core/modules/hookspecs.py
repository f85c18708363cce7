"""The kernel's own events: before and after everything that happens to the records of any model.

They run in the transaction of what they announce, once for a whole batch. An exception in one of them
refuses the operation and rolls it back; raise a `UserError` to tell people why. `model` is the definition of
the model, never an extension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.modules.events import Caller, HookSpec, hookspec


@hookspec
def before_create(env: Caller, model: type[Any], rows: list[dict[str, Any]], waived: frozenset[str]) -> None:
    """Records are about to be made of `rows`, which may be changed in place: values by field name. `waived` names
    fields that may be missing although they are required, as a mapping says of imported rows."""


@hookspec
def after_create(env: Caller, model: type[Any], records: Sequence[Any]) -> None:
    """Records were made."""


@hookspec
def before_write(
    env: Caller, model: type[Any], records: Sequence[Any], values: Sequence[Mapping[str, Any]]
) -> None:
    """Changed records are about to be written. `values` holds for each record its new values by field name; whoever
    wants others sets them on the record."""


@hookspec
def after_write(
    env: Caller,
    model: type[Any],
    records: Sequence[Any],
    changes: Sequence[Mapping[str, tuple[Any, Any]]],
) -> None:
    """Records were written. `changes` holds for each record the old and the new value by field name."""


@hookspec
def before_delete(env: Caller, model: type[Any], records: Sequence[Any]) -> None:
    """Records are about to go into the bin."""


@hookspec
def after_delete(env: Caller, model: type[Any], records: Sequence[Any]) -> None:
    """Records went into the bin."""


@hookspec
def after_restore(env: Caller, model: type[Any], records: Sequence[Any]) -> None:
    """Records came out of the bin."""


@hookspec
def before_transition(
    env: Caller, model: type[Any], name: str, records: Sequence[Any], arguments: dict[str, Any]
) -> None:
    """The transition `name` is about to run; the caller's right and the records' state allow it."""


@hookspec
def after_transition(
    env: Caller, model: type[Any], name: str, records: Sequence[Any], arguments: dict[str, Any]
) -> None:
    """The transition `name` ran, and the records are in its target state."""


@hookspec
def after_erase(env: Caller, model: type[Any], ids: Sequence[int], words: Sequence[str]) -> None:
    """A person's data were erased from these records. Whoever keeps copies of them, such as files or waiting work,
    removes these; `words` are the texts that were erased, those of the past included."""


KERNEL_EVENTS: Final[tuple[HookSpec[..., Any], ...]] = (
    before_create,
    after_create,
    before_write,
    after_write,
    before_delete,
    after_delete,
    after_restore,
    before_transition,
    after_transition,
    after_erase,
)
