"""Why a file is not taken, or its content cannot be given."""

from __future__ import annotations

from core.errors import NotFound, UserError
from core.i18n import LazyString, _


class FileNotTaken(UserError):
    """A file that is not kept: what is wrong, and with which file."""

    def __init__(self, name: str, problem: LazyString) -> None:
        self.name, self.problem = name, problem
        super().__init__(_("“{name}”: {problem}", name=name, problem=problem))


class ContentMissing(NotFound):
    """The record knows the file, but the file store has no such content: somebody has removed it there."""

    default = _("The content of this file is missing on the server. Please tell your administrator.")
