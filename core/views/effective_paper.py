"""What is left of a paper in one company, for one caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from core.i18n import LazyString
from core.orm.column_types import State
from core.orm.fields import Field
from core.views.effective import ShownField, ShownRelated

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo


@dataclass(frozen=True, eq=False, slots=True)
class ShownParty:
    """The own company where there is no `field`."""

    label: LazyString
    field: Field | None = None
    model: ModelInfo | None = None
    lines: tuple[ShownField, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class EffectivePaper:
    """A paper of one company. `number` is None where the caller may not know what the record is called."""

    model: ModelInfo
    name: str
    addon: str
    title: LazyString
    number: Field | None
    head: tuple[ShownField, ...]
    parties: tuple[ShownParty, ...]
    tables: tuple[ShownRelated, ...]
    totals: tuple[ShownField, ...]
    texts: tuple[ShownField, ...]
    signatures: tuple[LazyString, ...]
    states: tuple[State, ...]
    lost: tuple[str, ...] = ()
    kind: ClassVar[str] = "paper"

    @property
    def key(self) -> str:
        """How the company's own texts name it."""
        return f"{self.model.key}/{self.name}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names to read in one row of the record."""
        shown = (*self.head, *self.totals, *self.texts)
        names = [one.name for one in shown]
        names += [party.field.name for party in self.parties if party.field is not None]
        if self.number is not None:
            names.append(self.number.name)
        if self.model.state_field is not None:
            names.append(self.model.state_field.name)
        return tuple(dict.fromkeys(names))

    def fits(self, state: State | None) -> bool:
        """Whether it is offered for a record in that state."""
        return not self.states or state in self.states
