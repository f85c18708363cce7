"""The same field name as in toy_conflict_a."""

from toy_base.models.case import Case

from core.api import Mapped, _, field


class ConflictBCase(Case, extend=True):
    colour: Mapped[str | None] = field(_("Colour"), default=None)
