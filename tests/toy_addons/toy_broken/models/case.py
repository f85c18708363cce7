"""Begins well, then fails."""

from toy_base.models.case import Case

from core.api import Mapped, _, field


class BrokenCase(Case, extend=True):
    never_seen: Mapped[str | None] = field(_("Never seen"), default=None)


def read_price_list() -> None:
    raise RuntimeError("the price list is gone")


read_price_list()
