"""One definition above both sides, which sees the fields of both."""

from toy_left.models.case import LeftCase
from toy_right.models.case import RightCase


class BridgeCase(LeftCase, RightCase, extend=True):
    def describe(self) -> str:
        return f"{super().describe()}, bridge"

    def notes(self) -> list[str]:
        """Both notes, in the order in which they are read."""
        return [note for note in (self.left_note, self.right_note) if note]
