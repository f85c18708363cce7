"""Rows that are written once: entries of a ledger, which nobody corrects but by a further entry.

`class Movement(CompanyOwned, immutable=True)` has no right to update, delete or import, the pipeline refuses the
kernel's own work as well, and the application's role may only insert and select in the database, so that not even a
statement around the Env changes a row. Undo refuses an operation that has written one: a balance would no longer
agree with its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from core.errors import CompositionError, StateForbids
from core.i18n import LazyString, _
from core.orm.fields import Field

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo

CHANGING: Final = frozenset({"update", "delete", "import"})
"""Rights that nobody can have on such a model."""
GRANTS: Final = ("select", "insert")


def refuse_change(info: ModelInfo) -> None:
    """Refuse to change or bin rows that are written once. Raises `StateForbids`."""
    if info.is_immutable:
        raise StateForbids(
            _(
                "{model}: what is written stays as it is. It is corrected by a further entry.",
                model=info.plural,
            )
        )


def stays_done(info: ModelInfo) -> LazyString:
    """Why an operation that has touched this model is not undone."""
    return _("{model}: this is never undone, it is corrected by a further document.", model=info.plural)


def refuse_undo(models: Iterable[ModelInfo]) -> None:
    """Refuse to take back an operation on these models where one stays done: the rest cannot go without it."""
    for info in models:
        if not info.is_undoable:
            raise StateForbids(stays_done(info))


def check_immutable(composed: Composition) -> None:
    """Refuse declarations that would have to change a row later. Raises `CompositionError`."""
    for info in composed.models.values():
        for name in _changing_parts(info) if info.is_immutable else ():
            raise CompositionError(
                _("{model} is immutable, and {name} would change its rows.", model=info.key, name=name)
            )


def _changing_parts(info: ModelInfo) -> Iterator[str]:
    yield from info.methods
    yield from (one.name for one in info.fields.values() if _changes_later(info, one))


def _changes_later(info: ModelInfo, one: Field) -> bool:
    """A field that follows other records, goes along with one, is erased, or comes with a state."""
    follows = any("." in path for path in one.depends)
    goes_along = one.on_delete != "refuse"
    is_filled_later = one.addon != info.addon and one.is_stored
    return follows or goes_along or is_filled_later or one.personal or one.kind in ("state", "many2many")
