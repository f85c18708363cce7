"""What makes an import impossible as a whole. Single wrong rows are no errors but lines of the report."""

from __future__ import annotations

from core.errors import UserError
from core.i18n import LazyString, _


class ImportRefused(UserError):
    """The import was refused before anything was written."""

    default = _("The import was refused.")


class FileRefused(ImportRefused):
    """A file that cannot be read safely or not at all: what is wrong, and with which file."""

    def __init__(self, name: str, problem: LazyString) -> None:
        self.name = name
        self.problem = problem
        super().__init__(_("{name}: {problem}", name=name, problem=problem))


class Undecided(FileRefused):
    """The file can be read in several ways and guessing would garble it: the reader has to say which."""


class MappingError(ImportRefused):
    """A mapping that names what does not exist; says the file and the line in it."""

    def __init__(self, problem: LazyString, *, file: str, line: int | None) -> None:
        self.file, self.line, self.problem = file, line, problem
        place = f"{file}:{line}" if line else file
        super().__init__(_("{name}: {problem}", name=place, problem=problem))
