"""The model that the other toy addons extend."""

from decimal import Decimal
from typing import Annotated, Optional

from core.api import (
    CompanyOwned,
    Mapped,
    Owned,
    State,
    Tracked,
    _,
    arg,
    current_env,
    field,
    many2one,
    money,
    state_field,
    transition,
)
from toy_base.hookspecs import case_closed
from toy_base.states import CLOSED, OPEN


class Case(
    CompanyOwned, Owned, Tracked, label=_("Case"), plural=_("Cases"), display="name", unique=[("code",)]
):
    """Something to be closed."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, tracked=True)
    code: Mapped[str | None] = field(_("Code"), default=None)
    amount: Mapped[Decimal] = money(_("Amount"), default=Decimal(0), sortable=True)
    trail: Mapped[str] = field(_("Trail"), default="")
    parent: Mapped[Optional["Case"]] = many2one(_("Parent case"), default=None, on_delete="clear")
    state: Mapped[State] = state_field(OPEN)

    def describe(self) -> str:
        """Overridden by extensions, each of which adds its word."""
        return f"case {self.name}"

    @transition(OPEN, to=CLOSED, label=_("Close"))
    def close(self, remark: Annotated[str | None, arg(_("Remark"))] = None) -> None:
        """The owner is done with it."""
        self.trail += f"closed {remark or ''}".strip() + ";"
        case_closed(env=current_env(), case=self)
