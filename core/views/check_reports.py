"""Whether a report is put together as the kernel can show it: rows, columns, and what they name of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from core.i18n import LazyString, _
from core.orm.compose import composition
from core.views.grouping import DATES
from core.views.problem import Problem
from core.views.references import describe
from core.views.registry import Registry
from core.views.report import Report
from core.views.report_address import AFTER, ORDER, PAGE
from core.views.report_change import ReportChange
from core.views.report_paper import Side
from core.views.report_scope import kind_of, place_of, references
from core.views.scope import named_field

Found = Iterator[tuple[str, LazyString]]
_NUMBERS = frozenset({"integer", "decimal"})


def check_report(addon: str, report: Report) -> Iterator[Problem]:
    """The mistakes of one report."""
    for part, text in (*_sources(addon, report), *_columns(report), *_fields(report), *_paper(report)):
        yield Problem(addon, f"report {report.key}", part, text, report.location)


def check_change(registry: Registry, addon: str, change: ReportChange) -> Iterator[Problem]:
    """The mistakes of what an addon adds to a report; its columns are checked with those of the report."""
    known = {one.key for one in change.report.columns}
    parts = [(key, _("There is no such column.")) for key in change.choices if key not in known]
    if change.before is not None and change.before not in known:
        parts.append((change.before, _("There is no such column.")))
    if change.report.key not in registry.reports:
        parts.append((change.report.key, _("There is no such report.")))
    if change.report.statement is not None and change.columns:
        parts.append(("columns", _("Only a report with rows of its own takes further columns.")))
    for part, text in parts:
        yield Problem(addon, f"report {change.report.key}", part, text, change.location)


def _paper(report: Report) -> Found:
    """Questions that the paper names, and columns that it can write."""
    if report.paper is None:
        return
    asked = {one.key: one.type for one in report.parameters}
    for key in (*report.paper.number, *report.paper.head):
        if key not in asked:
            yield key, _("The report does not ask for it.")
    for side in report.paper.sides:
        yield from _side(side, asked)
    for one in report.columns:
        if one.unit is not None and not one.internal:
            yield one.key, _("Months, quarters and years stand on no paper: the column has to be internal.")


def _side(side: Side, asked: Mapping[str, type]) -> Found:
    if side.ask is None:
        return
    if side.ask not in asked or kind_of(asked[side.ask]) != "many2one":
        yield side.ask, _("The report does not ask for such a record.")
        return
    info = composition().info(asked[side.ask])
    for line in side.lines:
        if named_field(info, line) is None:
            yield describe(line), _("{model} has no such field.", model=info.key)


def _sources(addon: str, report: Report) -> Found:
    if not report.key.startswith(f"{addon}."):
        yield report.key, _("The key begins with the addon's name.")
    if sum(one is not None for one in (report.rows, report.pages, report.statement)) != 1:
        yield "rows", _("A report has either rows, pages or a statement.")
    if report.pages is not None and report.totals is None and any(one.total for one in report.columns):
        yield "totals", _("Sums over pages are worked out by a function of the report.")


def _columns(report: Report) -> Found:
    columns = {one.key: one for one in report.columns}
    names = [*columns, *(report.chart or ()), *report.strong[:1], (report.order or "").removeprefix("-")]
    yield from _doubled([one.key for one in report.columns])
    yield from _doubled([*(one.key for one in report.parameters), ORDER, PAGE, AFTER])
    for key in {name for name in names if name and name not in columns}:
        yield key, _("There is no such column.")
    for one in report.columns:
        kind = kind_of(one.type)
        if one.currency is not None and one.currency not in columns:
            yield one.currency, _("There is no such column.")
        if (one.total or one.money or one.key in report.chart[1:]) and kind not in _NUMBERS:
            yield one.key, _("It is no number that could be summed.")
        if one.under is not None and one.under not in columns:
            yield one.under, _("There is no such column.")
        if one.unless is not None and one.unless not in {other.key for other in report.parameters}:
            yield one.unless, _("The report does not ask for it.")
        if one.total and one.currency is not None:
            yield one.key, _("Amounts in several currencies cannot be added up.")
        if one.unit is not None and kind not in DATES:
            yield one.key, _("It is no date.")


def _doubled(keys: Sequence[str]) -> Found:
    for key, number in Counter(keys).items():
        if number > 1:
            yield key, _("It is there twice.")


def _fields(report: Report) -> Found:
    named = [*report.needs]
    for fields in (*(one.field for one in report.columns), *(one.field for one in report.parameters)):
        named += references(fields)
    for reference in named:
        info, name = place_of(report, reference)
        if name is None:
            yield describe(reference), _("{model} has no such field.", model=info.key)
