"""What is wrong with a declared screen, said so that its author finds the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.i18n import LazyString
from core.views.references import Location


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a view, menu or page. `part` is the field, method, anchor or preset concerned.

    An `error` is a screen that cannot be as meant; with a `warning` everything is shown, but not where it was
    meant to be.
    """

    addon: str
    view: str
    part: str
    text: LazyString
    location: Location | None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location is not None else ""
        return f"{place}{self.addon}, {self.view}, {self.part}: {self.text}"
