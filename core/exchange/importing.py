"""The import: files one after the other, rows in batches, each batch through the same door as everything else.

    file -> Source -> rows -> RowCells -> [RecordStep -> Saver] for each [[file.record]] -> Report

A batch costs a bounded number of statements, however many rows it has. Rows that were imported before are known by
their external key: unchanged ones are not written, changed ones are updated. A wrong row is reported and stops nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from core.exchange.cells import RowCells
from core.exchange.checking import check_columns, check_mapping
from core.exchange.errors import MappingError
from core.exchange.mapping import FileRule, MappingFile
from core.exchange.reading import LINES, AnySource, Format, InlineSource, LinesSource, Row, Source
from core.exchange.records import RecordStep
from core.exchange.references import ByField, ExternalKeys, Options
from core.exchange.report import SKIPPED, WRONG, FileReport, Outcome, Problem, Report
from core.exchange.saving import Saver
from core.i18n import _
from core.orm.context import use_env
from core.orm.env import Env

BATCH: Final = 500
Step = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Wishes:
    """How an import shall go about it."""

    trial: bool = False
    """Write nothing in the end: say what would happen."""
    all_or_nothing: bool = False
    only: frozenset[str] = frozenset()
    """Names of the files to read; empty means all of the mapping."""
    form: Format = field(default_factory=Format)
    """Encoding, separator and sheet for files of which the mapping does not say it."""


class Import:
    """One import of one mapping. Making it opens every file and checks everything that can be checked beforehand."""

    def __init__(self, env: Env, mapping: MappingFile, folder: Path, wishes: Wishes | None = None) -> None:
        self.env, self.mapping, self.wishes = env, mapping, wishes or Wishes()
        with use_env(env):
            check_mapping(mapping, env)
        self.sources: list[tuple[FileRule, AnySource, list[str]]] = []
        for rule in self._wanted():
            source = self._open(rule, folder)
            self.sources.append((rule, source, check_columns(mapping, rule, source)))
        self._keep_what_nobody_reads()
        self._keys, self._by_field, self._options = ExternalKeys(env), ByField(env), Options(env)

    def _wanted(self) -> Iterable[FileRule]:
        only = self.wishes.only
        unknown = only - {rule.name for rule in self.mapping.files}
        if unknown:
            names = ", ".join(sorted(unknown))
            raise MappingError(_("has no file {names}.", names=names), file=self.mapping.name, line=None)
        return [rule for rule in self.mapping.files if not only or rule.name in only]

    def _keep_what_nobody_reads(self) -> None:
        """A column is unused only if no rule of the mapping for the same file reads it."""
        unread: dict[str, set[str]] = {}
        for rule, _source, unused in self.sources:
            unread[rule.name] = unread.get(rule.name, set(unused)) & set(unused)
        for rule, _source, unused in self.sources:
            unused[:] = [name for name in unused if name in unread[rule.name]]

    def _open(self, rule: FileRule, folder: Path) -> AnySource:
        if rule.inline is not None:
            return InlineSource(rule.name, rule.inline)
        asked, said = rule.form, self.wishes.form
        form = Format(
            said.encoding or asked.encoding, said.separator or asked.separator, said.sheet or asked.sheet
        )
        names = [name for column in rule.columns for name in (column, *rule.aliases.get(column, ()))]
        path = folder / rule.name
        fixed = path.with_suffix(".csv")
        if rule.name.lower().endswith(LINES) and path.is_file():
            return LinesSource(path, rule.name)
        return Source(fixed if fixed.is_file() and not path.exists() else path, rule.name, form, names)

    def total(self) -> int:
        """How many rows there are in all files; reads each once."""
        return sum(source.count() for _rule, source, _unused in self.sources)

    def run(
        self,
        tell: Callable[[Outcome], None] | None = None,
        step: Step | None = None,
        total: int | None = None,
    ) -> Report:
        """Import. `step(rows done, total)` is called after each batch and may raise to end the import.

        After a trial, or when all or nothing was asked for and a row is wrong, everything is taken back.
        """
        report = Report(tell)
        done = 0
        with use_env(self.env):
            for rule, source, unused in self.sources:
                current = report.begin(rule.name, unused)
                for batch in self._file(rule, source, report, current):
                    done += batch
                    if step is not None:
                        step(done, total)
            self._end(report)
        return report

    def _end(self, report: Report) -> None:
        if self.wishes.trial or (self.wishes.all_or_nothing and report.wrong):
            self.env.session.rollback()
            return
        report.is_written = True
        self.env.commit()

    def _file(self, rule: FileRule, source: AnySource, report: Report, current: FileReport) -> Iterator[int]:
        cells = RowCells(rule)
        steps = [
            RecordStep(self.env, self.mapping, record, self._keys, self._by_field, self._options)
            for record in rule.records
        ]
        rows = iter(source)
        while batch := list(islice(rows, BATCH)):
            self._batch(rule, steps, [(row, cells(row.cells)) for row in batch], report)
            current.rows += len(batch)
            if not (self.wishes.trial or self.wishes.all_or_nothing):
                self.env.commit()
            yield len(batch)

    def _batch(
        self,
        rule: FileRule,
        steps: Sequence[RecordStep],
        rows: list[tuple[Row, Mapping[str, str]]],
        report: Report,
    ) -> None:
        """All records of a batch of rows. Once one of a row's records is wrong, its later ones are not tried."""
        wrong: set[int] = set()
        for row, _cells in rows:
            if row.surplus:
                problem = Problem(
                    "", "", _("The row has more cells than the header (surplus: {count}).", count=row.surplus)
                )
                report.note(Outcome(rule.name, row.number, rule.records[0].model, WRONG, problems=(problem,)))
                wrong.add(row.number)
        used: set[int] = set()
        for step in steps:
            good = [(row, cells) for row, cells in rows if row.number not in wrong]
            used.update(row.number for row, cells in good if step.rule.applies(cells))
            outcomes = Saver(step, rule.name).save(step.candidates(good))
            for outcome in outcomes:
                report.note(outcome)
                if outcome.action == WRONG:
                    wrong.add(outcome.row)
            if outcomes:
                self._by_field.forget(step.info)
        for row, _cells in rows:
            if row.number not in used and row.number not in wrong:
                report.note(Outcome(rule.name, row.number, rule.records[0].model, SKIPPED))
