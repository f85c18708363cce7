"""A report: what is asked stands above it and in its address, the rows below with sums over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyramid.response import Response

from core.errors import BadRequest, NotFound, ValidationFailed
from core.i18n import LazyString, _, current_language
from core.orm.fields import TO_ONE
from core.views.filters import shortened
from core.views.report import Report
from core.views.report_address import (
    AFTER,
    ORDER,
    PAGE,
    WAY,
    Pairs,
    answer_of,
    defaults,
    pairs_of,
    url_of,
)
from core.views.report_rows import ReportRows, Row
from core.views.report_scope import asked_of, field_of_ask, report_for
from core.web.forms import RecordForm, Typed
from core.web.navigation import Crumb
from core.web.pages.records import place
from core.web.pages.records_choices import choices_answer
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.bars import WIDTH, chart_of
from core.web.widgets.entry import Entry, Setting
from core.web.widgets.report_table import ReportTable

MOST_PAGES: Final = 1_000_000
MANY_COLUMNS: Final = 7
"""A table of more columns is set closer."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head; `url` orders the rows by it."""

    label: LazyString
    url: str | None
    direction: str | None
    is_numeric: bool
    total: str | None


@endpoint("report", "/report/{key}", "GET", report=lambda _request: True)
def show(request: Request) -> Any:
    """The report with what its address asks for."""
    env = request.env
    report = report_for(env, request.matchdict["key"])
    form = _form(request, report)
    form.read(request.GET)
    rows = _rows(request, report, form) if form.check() else None
    form.add_labels()
    values: dict[str, Any] = {
        "title": report.title, "report": report, "form": form, "table": None, "chart": None,
        "breadcrumbs": [Crumb(report.title)], "takes_out": [],
    }  # fmt: skip
    if rows is not None:
        try:
            values |= _shown(request, report, rows)
        except ValidationFailed as refusal:
            form.refuse(refusal)
    refused = any(entry.problems for entry in form)
    return render(request, "report.pt", values, status=422 if refused else 200)


@endpoint("report_choices", "/report/{key}/choices", "GET")
def choices(request: Request) -> Response:
    """Proposals for a record that is asked for."""
    report = report_for(request.env, request.matchdict["key"])
    name = request.GET.get("field", "")
    asked = next((one for one in asked_of(request.env, report) if one.key == name), None)
    field = field_of_ask(asked) if asked is not None else None
    if field is None or field.kind not in TO_ONE:
        raise BadRequest(_("“{name}” points to no records.", name=shortened(name)))
    return choices_answer(request, field)


def _form(request: Request, report: Report) -> RecordForm:
    def source(entry: Entry) -> str:
        return f"{report.url}/choices?field={entry.name}"

    env = request.env
    setting = Setting(current_language(), env.timezone, request.signed_in.currency, source)
    typed = [Typed(field_of_ask(one), one.label) for one in asked_of(env, report)]
    stored = {
        key: {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        for key, value in defaults(env, report).items()
    }
    return RecordForm(env, typed, setting, stored)


def _rows(request: Request, report: Report, form: RecordForm) -> ReportRows | None:
    """The rows; None where an answer is missing, which is told at its field unless nobody was asked yet."""
    types = {one.key: one.type for one in report.parameters}
    values = {entry.name: answer_of(types[entry.name], entry.data) for entry in form}
    try:
        return ReportRows(request.env, report, values, request.GET.get(ORDER) or None)
    except ValidationFailed as refusal:
        if request.GET:
            form.refuse(refusal)
        return None


def _shown(request: Request, report: Report, rows: ReportRows) -> dict[str, Any]:
    env, found = request.env, _cut(request, report, rows)
    columns, shown = rows.worth_showing(found.rows)
    table = ReportTable(columns, place(request))
    texts = table.texts(env, shown)
    count, totals = rows.summary if shown and (not found.is_whole or _adds_up(rows)) else (len(shown), {})
    pairs = pairs_of(env, report, rows.answers, rows.order)

    def there(place: Pairs | None) -> str | None:
        return None if place is None else url_of(report, [*pairs, *place])

    return {
        "table": table.body(texts, rows.strong(found.rows)), "headings": headings(rows, table, totals),
        "is_empty": not shown, "is_dense": sum(table.stands) > MANY_COLUMNS, "width": WIDTH,
        "count": count if count is not None else len(shown) if found.is_whole else None, "is_whole": found.is_whole,
        "chart": chart_of(report, table, shown, texts), "takes_out": _ways_out(request, report, pairs),
        "next_url": there(found.next), "previous_url": there(found.previous),
        "first_url": there(found.first),
        "hidden": [(name, value) for name, value in pairs if name == ORDER],
    }  # fmt: skip


MOST_BACK: Final = 100
"""Pages whose keys stand in an address, which must not become too long."""
_FORGOTTEN: Final = "-"
"""Stands where pages before these were left out."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """The rows of one page, and what stands in the address of its neighbours; `first` where the first page is further
    away than the previous one.
    """

    rows: Sequence[Row]
    next: Pairs | None
    previous: Pairs | None = None
    first: Pairs | None = None

    @property
    def is_whole(self) -> bool:
        return self.next is None and self.previous is None and self.first is None


def _cut(request: Request, report: Report, rows: ReportRows) -> _Cut:
    if report.pages is not None:
        return _cut_by_key(request, report, rows)
    number = page_number(request)
    found = rows.page(report.limit + 1, (number - 1) * report.limit)
    if not found and number > 1:
        raise NotFound()
    return _Cut(
        found[: report.limit],
        [(PAGE, str(number + 1))] if len(found) > report.limit else None,
        [(PAGE, str(number - 1))] if number > 1 else None,
    )


def _cut_by_key(request: Request, report: Report, rows: ReportRows) -> _Cut:
    """A page knows the keys of those before it, the last `MOST_BACK` of them; from there the first one is left."""
    key, way = request.GET.get(AFTER) or None, request.GET.getall(WAY)[-MOST_BACK:]
    found, after = rows.stretch(report.limit, key)
    if key is None:
        return _Cut(found, [(AFTER, after)] if after is not None else None)
    taken = [*way, key]
    if len(taken) > MOST_BACK:
        taken = [_FORGOTTEN, *taken[2:]]
    following = [(AFTER, after), *((WAY, one) for one in taken)] if after is not None else None
    if not way:
        return _Cut(found, following, [])
    *before, last = way
    back = None if last == _FORGOTTEN else [(AFTER, last), *((WAY, one) for one in before)]
    return _Cut(found, following, back, [])


def _ways_out(request: Request, report: Report, pairs: Pairs) -> list[tuple[str, LazyString, str]]:
    """The buttons that take the report out of the product, for who may: icon, label, address."""
    known = [("export", "export", "download", _("Export")), ("print", "print", "printer", _("Print"))]
    if report.paper is not None:
        known.append(("paper", "print", "file-text", _("Document with letterhead")))
    return [
        (icon, label, url_of(report, pairs, f"/{what}"))
        for what, right, icon, label in known
        if request.env.can(right, report.right[1])
    ]


def _adds_up(rows: ReportRows) -> bool:
    return any(one.total for one in rows.columns)


def headings(rows: ReportRows, table: ReportTable, totals: Mapping[str, Any]) -> list[Heading]:
    """What stands above the columns and below them."""
    env, report, found = rows.env, rows.report, []
    order = rows.order or report.order or ""
    sums = table.sums(totals)
    for at, one in enumerate(table.columns):
        if not table.stands[at]:
            continue
        direction = None
        if order.removeprefix("-") == one.key:
            direction = "descending" if order.startswith("-") else "ascending"
        url = None
        if rows.sortable(one):
            turned = f"-{one.key}" if direction == "ascending" else one.key
            url = url_of(report, pairs_of(env, report, rows.answers, turned))
        found.append(Heading(one.label, url, direction, table.numeric[at], sums[at]))
    return found


def page_number(request: Request) -> int:
    """Which page of the rows; NotFound for what is none."""
    text = request.GET.get(PAGE, "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 0 < int(text) <= MOST_PAGES):
        raise NotFound()
    return int(text)
