"""Two more definitions of the case, one above each side."""

from toy_left.models.case import LeftCase
from toy_right.models.case import RightCase

from core.api import Mapped, _, field


class DiamondLeftCase(LeftCase, extend=True):
    diamond_note: Mapped[str | None] = field(_("Diamond note"), default=None)

    def describe(self) -> str:
        return f"{super().describe()}, diamond left"


class DiamondRightCase(RightCase, extend=True):
    def describe(self) -> str:
        return f"{super().describe()}, diamond right"
