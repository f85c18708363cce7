"""The case of toy_base with a note from the right."""

from typing import Annotated

from toy_base.models.case import Case
from toy_base.states import CLOSED, OPEN

from core.api import Mapped, _, arg, field, transition


class RightCase(Case, extend=True):
    right_note: Mapped[str | None] = field(_("Right note"), default=None, searchable=True)

    def describe(self) -> str:
        return f"{super().describe()}, right"

    @transition(OPEN, to=CLOSED, label=_("Close"))
    def close(self, remark: Annotated[str | None, arg(_("Remark"))] = None) -> None:
        self.trail += "right;"
        super().close(remark)
