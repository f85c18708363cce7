"""Printing: a preview of a list or record, and the page that its button gives out, which is counted.

The preview's own sheet does not print; the browser's dialog opens on the page that was asked for, with page range and
number of copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import UserError
from core.exchange.asked import Asked
from core.exchange.export_groups import GroupTable
from core.exchange.limits import TooMuch
from core.exchange.printing import MOST_ROWS, count_of, open_print, print_list, print_record
from core.i18n import LazyString, formatter
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.grouping import MAX_GROUPS
from core.orm.listing import page_of
from core.orm.policy import require
from core.views.effective import ShownField
from core.views.resolve import list_for
from core.web import errors
from core.web.pages.papers import printed_paper
from core.web.pages.prints_record import Sheet, sheet_of
from core.web.pages.records import id_of, model_of, part
from core.web.pages.records_asked import CHOSEN, asked_of, list_url
from core.web.pages.records_groups import group_label, written_sum
from core.web.pages.records_once import KEY, first_answer, known_answer, new_key, remember_answer
from core.web.pages.reports_sheet import WIDE, report_sheet
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Place
from core.web.widgets.table import NUMERIC, sums, table_for


@dataclass(frozen=True, slots=True)
class Column:
    """What stands above a printed column."""

    label: LazyString | str
    is_numeric: bool
    total: str | None = None


@endpoint("print_records", "/r/{model}/print", "GET")
def preview_list(request: Request) -> Any:
    """The list as it would be printed."""
    info = _model(request)
    return _list(request, info, asked_of(request, info))


@endpoint("print_records", "/r/{model}/print", "POST")
def give_list(request: Request) -> Any:
    """Marked rows lead to their preview; its button to the page that prints."""
    info = _model(request)
    if (known := known_answer(request)) is not None:
        return known
    asked = asked_of(request, info)
    if KEY not in request.POST:
        return _list(request, info, asked)
    answer = first_answer(request)
    if answer is not None:
        return answer
    rows = _list_values(request, info, asked)["number"]
    return remember_answer(request, request.path_of("printed", id=print_list(request.env, asked, rows)))


@endpoint("print_record", r"/r/{model}/{id:\d{1,19}}/print", "GET")
def preview_record(request: Request) -> Any:
    """The record as it would be printed, and how often it still may be."""
    info = _model(request)
    return _record(request, info, id_of(request))


@endpoint("print_record", r"/r/{model}/{id:\d{1,19}}/print", "POST")
def give_record(request: Request) -> Any:
    """Counted; refused, or marked as a copy, beyond what the company allows."""
    info, key = _model(request), id_of(request)
    if (known := known_answer(request)) is not None:
        return known
    sheet = sheet_of(request, info, key)
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(request.env):
            made = print_record(request.env, info, key, sheet.title)
    except TooMuch as refusal:
        return _record(request, info, key, refusal)
    return remember_answer(request, request.path_of("printed", id=made))


@endpoint("printed", r"/prints/{id:\d{1,18}}", "GET")
def printed(request: Request) -> Any:
    """The page that prints, for who asked for it and for a short while."""
    env = request.env
    found = open_print(env, int(request.matchdict["id"]))
    info = model_here(env, found.model)
    require(env.policy, info, "print")
    if found.asked.get("paper"):
        return printed_paper(request, found)
    if found.record_id is not None:
        sheet = sheet_of(request, info, found.record_id)
        copy = count_of(env, info, found.record_id).copy_number(found.number)
        return paper(request, {**_record_values(info, sheet), "copy": copy, "at": found.created_at}, found)
    asked = Asked.from_json(found.asked)
    if asked.report:
        return paper(request, {**report_sheet(request, asked), "at": found.created_at}, found)
    return paper(request, {**_list_values(request, info, asked), "at": found.created_at}, found)


def _model(request: Request) -> ModelInfo:
    info = model_of(request)
    require(request.env.policy, info, "print")
    return info


def _list(request: Request, info: ModelInfo, asked: Asked) -> Any:
    values = _list_values(request, info, asked)
    hidden = [*asked.query, ("cols", ",".join(asked.columns)), *((CHOSEN, one) for one in asked.ids)]
    return paper(request, {**values, "hidden": hidden, "action": f"/r/{info.key}/print"})


def _record(request: Request, info: ModelInfo, key: int, refusal: UserError | None = None) -> Any:
    sheet, count = sheet_of(request, info, key), count_of(request.env, info, key)
    values = {
        **_record_values(info, sheet), "hidden": [], "action": f"/r/{info.key}/{key}/print",
        "problem": refusal.message if refusal is not None else None, "said": count.in_words(),
        "is_refused": count.is_refused, "copy": count.copy_number(count.before + 1),
    }  # fmt: skip
    return paper(request, values, status=errors.status_of(refusal) if refusal is not None else 200)


def _record_values(info: ModelInfo, sheet: Sheet) -> dict[str, Any]:
    back = f"/r/{info.key}/{sheet.key}"
    return {
        "kind": "record",
        "sheet": sheet,
        "title": sheet.title,
        "info": info,
        "back": back,
        "is_wide": False,
    }


def _list_values(request: Request, info: ModelInfo, asked: Asked) -> dict[str, Any]:
    env = request.env
    found = _groups(request, asked) if asked.grouped else _rows(request, info, asked)
    words = [*asked.words(env), *(asked.group_words(env) if asked.grouped else ())]
    return {
        **found, "kind": "list", "info": info, "title": info.plural, "words": words,
        "back": list_url(request, asked.with_(ids=())), "is_wide": len(found["columns"]) > WIDE,
    }  # fmt: skip


def _rows(request: Request, info: ModelInfo, asked: Asked) -> dict[str, Any]:
    env, at = request.env, Place(request.env.language, request.signed_in.currency, whole=True, linked=False)
    view = list_for(env, info.key)
    columns = tuple(_shown(view, name) for name in asked.columns if name in view.fields)
    table = table_for(info, columns or view.columns, at, False, False)
    page = page_of(
        env, info, table.names, asked.where(env, info, "print"), search=asked.search(env),
        order=asked.state(env).order, limit=MOST_ROWS, most=MOST_ROWS,
    )  # fmt: skip
    totals = [one.name for one in view.totals if one.name in table.cells.offsets and not one.currency]
    added = dict(sums(page.rows, table, totals)) if page.rows and page.next is None else {}
    heads = [Column(one.label, one.field.kind in NUMERIC, _total(one, added, at)) for one in table.columns]
    return {
        "columns": heads, "rows": table.rows(page.rows, at.language), "number": len(page.rows),
        "is_cut": page.next is not None, "most": MOST_ROWS,
    }  # fmt: skip


def _shown(view: Any, name: str) -> ShownField:
    known = {shown.name: shown for shown in view.columns}
    return known.get(name) or ShownField(view.fields[name], view.fields[name].label)


def _total(shown: ShownField, added: dict[str, Any], at: Place) -> str | None:
    value = added.get(shown.name)
    return None if value is None else str(written_sum(shown.field, at)(value))


def _groups(request: Request, asked: Asked) -> dict[str, Any]:
    env, at = request.env, Place(request.env.language, request.signed_in.currency, linked=False)
    table = GroupTable(env, asked, "print", MAX_GROUPS)
    rows = table.rows()
    number, writers = formatter("integer", at.language), [written_sum(total, at) for total in table.totals]
    lines = [
        [
            *(group_label(*one, at) for one in zip(table.choices, row.keys, row.labels, strict=True)),
            number(row.count),
            *(write(value) for write, value in zip(writers, row.values, strict=True)),
        ]
        for row in rows
    ]
    many = len(table.choices)
    heads = [Column(label, at_ >= many) for at_, label in enumerate(table.headings)]
    return {"columns": heads, "lines": lines, "number": len(rows), "is_cut": table.cut_short, "most": MAX_GROUPS,
            "rows": None}  # fmt: skip


def paper(request: Request, values: dict[str, Any], given: Any = None, status: int = 200) -> Any:
    """The page of the template of printing; a preview where nothing was `given` out."""
    env = request.env
    shown: dict[str, Any] = {
        "company": request.signed_in.company_name, "user": request.signed_in.user_name, "at": env.now,
        "print_part": part(request, "print.pt"), "is_preview": given is None, "key": new_key(), "action": "",
        "words": [], "problem": None, "said": None, "is_refused": False, "copy": None, "hidden": [],
        "lines": None, "rows": None, "is_cut": False,
    }  # fmt: skip
    return render(request, "print.pt", {**shown, **values}, status=status)
