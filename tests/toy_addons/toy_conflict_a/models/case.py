"""The same field name as in toy_conflict_b."""

from toy_base.models.case import Case

from core.api import Mapped, _, field


class ConflictACase(Case, extend=True):
    colour: Mapped[str | None] = field(_("Colour"), default=None)
