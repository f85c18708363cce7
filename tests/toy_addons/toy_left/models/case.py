"""The case of toy_base with a note from the left."""

from typing import Annotated

from toy_base.models.case import Case
from toy_base.states import CLOSED, OPEN

from core.api import Mapped, _, arg, field, transition


class LeftCase(Case, extend=True):
    left_note: Mapped[str | None] = field(_("Left note"), default=None, searchable=True)

    def describe(self) -> str:
        return f"{super().describe()}, left"

    @transition(OPEN, to=CLOSED, label=_("Close"))
    def close(self, remark: Annotated[str | None, arg(_("Remark"))] = None) -> None:
        self.trail += "left;"
        super().close(remark)
