"""Whether a report is put together as the kernel can show it: rows, columns, and what they name of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from core.i18n import LazyString, _
from core.views.grouping import DATES
from core.views.problem import Problem
from core.views.references import describe
from core.views.report import Report
from core.views.report_address import ORDER, PAGE
from core.views.report_scope import kind_of, place_of, references

Found = Iterator[tuple[str, LazyString]]
_NUMBERS = frozenset({"integer", "decimal"})


def check_report(addon: str, report: Report) -> Iterator[Problem]:
    """The mistakes of one report."""
    for part, text in (*_sources(addon, report), *_columns(report), *_fields(report)):
        yield Problem(addon, f"report {report.key}", part, text, report.location)


def _sources(addon: str, report: Report) -> Found:
    if not report.key.startswith(f"{addon}."):
        yield report.key, _("The key begins with the addon's name.")
    if (report.rows is None) == (report.statement is None):
        yield "rows", _("A report has either rows or a statement.")


def _columns(report: Report) -> Found:
    columns = {one.key: one for one in report.columns}
    names = [*columns, *(report.chart or ()), (report.order or "").removeprefix("-")]
    yield from _doubled([one.key for one in report.columns])
    yield from _doubled([*(one.key for one in report.parameters), ORDER, PAGE])
    for key in {name for name in names if name and name not in columns}:
        yield key, _("There is no such column.")
    for one in report.columns:
        kind = kind_of(one.type)
        if one.currency is not None and one.currency not in columns:
            yield one.currency, _("There is no such column.")
        if (one.total or one.money or one.key in report.chart[1:]) and kind not in _NUMBERS:
            yield one.key, _("It is no number that could be summed.")
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
