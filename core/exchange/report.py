"""What an import did or would do, row by row; and the wrong rows as files that can be put right and imported again."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from core.exchange.reading import REASON_COLUMN, ROW_COLUMN, AnySource, folded
from core.exchange.spreadsheet_text import guarded
from core.i18n import LazyString, _

CREATED, UPDATED, UNCHANGED, SKIPPED, WRONG = "create", "update", "unchanged", "skip", "error"
ACTIONS: Final = (CREATED, UPDATED, UNCHANGED, SKIPPED, WRONG)
_WORDS: Final[dict[str, LazyString]] = {
    CREATED: _("new"), UPDATED: _("changed"), UNCHANGED: _("unchanged"), SKIPPED: _("left out"), WRONG: _("wrong"),
}  # fmt: skip
_SHOWN_VALUE: Final = 80


def word_of(action: str) -> LazyString:
    """What became of a record, in words."""
    return _WORDS[action]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: column, the value that stands there, and the reason."""

    column: str
    value: str
    reason: LazyString

    def __str__(self) -> str:
        value = self.value if len(self.value) <= _SHOWN_VALUE else f"{self.value[:_SHOWN_VALUE]}…"
        return f"{self.column} “{value}”: {self.reason}" if self.column else str(self.reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record of one row."""

    file: str
    row: int
    model: str
    action: str
    key: str | None = None
    record_id: int | None = None
    fields: tuple[str, ...] = ()
    """Names of the fields that a change concerns."""
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        parts = [f"{self.file}:{self.row}", str(_WORDS[self.action]), self.model, self.key or ""]
        line = "  ".join(part for part in parts if part)
        if self.fields:
            line += f" ({', '.join(self.fields)})"
        return line + "".join(f"\n    {problem}" for problem in self.problems)


@dataclass
class FileReport:
    """Counts and wrong rows of one file."""

    name: str
    rows: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(model, action) -> how many records."""
    wrong: dict[int, list[Problem]] = field(default_factory=dict)
    """Row number -> what is wrong with it."""
    unused: Sequence[str] = ()
    """Columns that the mapping does not read."""


@dataclass
class Report:
    """Everything about one import. `tell` hears of each outcome as it happens; only wrong rows are kept."""

    tell: Callable[[Outcome], None] | None = None
    files: list[FileReport] = field(default_factory=list)
    is_written: bool = False
    """Whether anything of it stays: not so after a trial, and after an error where all or nothing was asked for."""

    def begin(self, name: str, unused: Sequence[str] = ()) -> FileReport:
        self.files.append(FileReport(name, unused=unused))
        return self.files[-1]

    def note(self, outcome: Outcome) -> None:
        current = self.files[-1]
        current.counts[outcome.model, outcome.action] += 1
        if outcome.action == WRONG:
            current.wrong.setdefault(outcome.row, []).extend(outcome.problems)
        if self.tell is not None:
            self.tell(outcome)

    @property
    def wrong(self) -> int:
        """How many rows are wrong."""
        return sum(len(found.wrong) for found in self.files)

    def count(self, action: str, model: str | None = None) -> int:
        """How many records (of a model) had this outcome."""
        pairs = (pair for found in self.files for pair in found.counts.items())
        return sum(count for (name, what), count in pairs if what == action and model in (None, name))

    def summary(self, called: Callable[[str], str] = str) -> list[str]:
        """A few lines per file: rows, what became of them, what is wrong. `called` gives the name of a model."""
        lines = []
        for found in self.files:
            lines.append(str(_("{file}: {count} rows", file=found.name, count=found.rows)))
            for model in dict.fromkeys(model for model, _action in found.counts):
                numbers = [
                    f"{found.counts[model, action]} {_WORDS[action]}"
                    for action in ACTIONS
                    if found.counts[model, action]
                ]
                lines.append(f"  {called(model)}: {', '.join(numbers)}")
            if found.unused:
                lines.append("  " + str(_("columns not used: {names}", names=", ".join(found.unused))))
            for row, problems in found.wrong.items():
                reasons = "; ".join(str(problem) for problem in problems)
                lines.append("  " + str(_("row {row}: {reasons}", row=row, reasons=reasons)))
        return lines


def write_wrong_rows(found: FileReport, source: AnySource, target: IO[str]) -> int:
    """The wrong rows of a file as CSV, with their number and the reasons in added columns; gives how many.

    What a spreadsheet would take for a formula is written as text, and read back as it was.
    """
    header = [name for name in source.header if folded(name) not in ("", ROW_COLUMN, REASON_COLUMN)]
    writer = csv.writer(target)
    writer.writerow([*header, ROW_COLUMN, REASON_COLUMN])
    written = 0
    for row in source if found.wrong else ():
        if row.number in found.wrong:
            reasons = "; ".join(str(problem) for problem in found.wrong[row.number])
            cells = [guarded(row.cells.get(folded(name), "")) for name in header]
            writer.writerow([*cells, row.number, guarded(reasons)])
            written += 1
    return written


def write_wrong_files(report: Report, sources: Sequence[AnySource], folder: Path) -> list[Path]:
    """One file for each file with wrong rows, under the same name, so that the mapping finds it there."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[Path, None] = {}
    wrong: dict[str, FileReport] = {}
    for found, source in zip(report.files, sources, strict=False):
        if found.wrong and hasattr(source, "path"):
            merged = wrong.setdefault(found.name, FileReport(found.name))
            for row, problems in found.wrong.items():
                merged.wrong.setdefault(row, []).extend(problems)
            path = folder / Path(found.name).with_suffix(".csv").name
            with path.open("w", encoding="utf-8-sig", newline="") as stream:
                write_wrong_rows(merged, source, stream)
            paths[path] = None
    return list(paths)
