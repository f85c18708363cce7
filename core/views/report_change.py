"""What an addon adds to the report of another one: columns, and words for values of columns that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from core.i18n import LazyString
from core.views.references import Location, location
from core.views.report import Choices, Column, Report


@dataclass(frozen=True, eq=False, slots=True)
class ReportChange:
    """See `change_report`."""

    report: Report
    columns: tuple[Column, ...]
    before: str | None
    choices: Mapping[str, Choices]
    reads: tuple[type, ...]
    location: Location = field(repr=False)

    __keyuan_mark__: ClassVar[str] = "report_change"


def change_report(
    report: Report,
    *,
    columns: Sequence[Column] = (),
    before: str | None = None,
    choices: Mapping[str, Sequence[tuple[str, LazyString]]] | None = None,
    reads: Sequence[type] = (),
) -> ReportChange:
    """Further `columns` for a report whose rows are mappings, in front of the column `before` or at the end; further
    `choices` by the key of their column; further models that it `reads`. It holds in companies where the addon is on;
    where the rows come from is between the two addons, by an event of the first.
    """
    given = {key: tuple(found) for key, found in (choices or {}).items()}
    return ReportChange(report, tuple(columns), before, given, tuple(reads), location(1))


def changed(report: Report, changes: Sequence[ReportChange]) -> Report:
    """The report with what some addons add to it."""
    columns, reads = list(report.columns), list(report.reads)
    for one in changes:
        keys = [column.key for column in columns]
        at = keys.index(one.before) if one.before in keys else len(columns)
        columns[at:at] = one.columns
        columns = [
            replace(column, choices=(*column.choices, *one.choices[column.key]))
            if column.key in one.choices else column
            for column in columns
        ]  # fmt: skip
        reads += one.reads
    return replace(report, columns=columns, reads=reads)
