"""Deleting is moving into the bin: with a question before, a way back after, and a page that shows what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from core.automation.purging import days_in_bin
from core.errors import Duplicate, NotFound, StateForbids, UserError
from core.i18n import LazyString, _, _n
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.fields import Field
from core.orm.policy import require
from core.views.effective import ShownField
from core.views.resolve import list_for
from core.web import errors
from core.web.names import is_named
from core.web.pages.records import (
    crumbs,
    id_of,
    ids_in,
    model_of,
    part,
    place,
    record_crumbs,
    require_record,
    undo_of,
)
from core.web.pages.records_dialog import back_to_list, marked
from core.web.pages.records_name import title_of
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.pages.records_page import binned
from core.web.pages.records_shut import refused_page
from core.web.redirects import safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Cells
from core.web.widgets.table import NUMERIC, table_for

PAGE: Final = 80


@endpoint("delete_record", r"/r/{model}/{id:\d{1,19}}/delete", "GET")
def ask(request: Request) -> Any:
    """The question, for people without scripts and over the page for others."""
    env, info, key = request.env, model_of(request, "delete"), id_of(request)
    try:
        record = env.get(info.cls, key)
    except NotFound:
        return binned(request, info, key)
    try:
        require_record(request, info, record, "delete")
    except StateForbids as refusal:
        if request.is_partial:
            raise
        return refused_page(request, info, record, refusal)
    return _question(request, info, record)


@endpoint("delete_record", r"/r/{model}/{id:\d{1,19}}/delete", "POST")
def delete(request: Request) -> Any:
    """Into the bin, unless other records need it; those are named."""
    env, info, key = request.env, model_of(request, "delete"), id_of(request)
    if (answer := known_answer(request) or first_answer(request)) is not None:
        return answer
    record = env.get(info.cls, key)
    name = title_of(env, record)
    try:
        with attempt(env):
            env.delete(record)
    except UserError as refusal:
        return _question(request, info, env.get(info.cls, key), refusal)
    request.toast(_("“{name}” was put into the bin.", name=name), undo=undo_of(request, info))
    return remember_answer(request, safe_next(request.POST.get("next"), f"/r/{info.key}"))


def _question(request: Request, info: ModelInfo, record: Any, refusal: UserError | None = None) -> Any:
    name = title_of(request.env, record)
    values = {
        "title": _("Delete"), "info": info, "name": name, "action": f"/r/{info.key}/{record.id}/delete",
        "back": f"/r/{info.key}/{record.id}", "breadcrumbs": record_crumbs(info, record.id, name, _("Delete")),
        "problem": refusal.message if refusal is not None else None, "as_dialog": request.is_partial,
        "delete_part": part(request, "delete.pt"), "key": new_key(), "next": safe_next(request.params.get("next"), ""),
    }  # fmt: skip
    status = 200 if refusal is None else errors.status_of(refusal)
    return render(request, "delete.pt", values, status=status, macro="dialog" if request.is_partial else None)


@endpoint("bulk_delete", "/r/{model}/bulk-delete", "POST")
def delete_many(request: Request) -> Any:
    """All marked rows, or none of them."""
    env, info = request.env, model_of(request, "delete")
    if (answer := known_answer(request) or first_answer(request)) is not None:
        return answer
    records = marked(request, info)
    back = back_to_list(request, info)
    try:
        with attempt(env):
            env.delete(records)
    except UserError as refusal:
        request.toast(refusal.message, "danger")
        return remember_answer(request, back)
    count = len(records)
    text = _n("{n} record was put into the bin.", "{n} records were put into the bin.", count)
    request.toast(text.format(n=count), undo=undo_of(request, info))
    return remember_answer(request, back)


@endpoint("bin", "/r/{model}/bin", "GET")
def show(request: Request) -> Any:
    """What lies in the bin, the last deleted first, for those who may delete."""
    env, info = request.env, model_of(request)
    require(env.policy, info, "delete")
    view = list_for(env, info.key)
    known: Field = info.fields["deleted_at"]
    columns = (*view.columns[:5], _shown(info, known))
    at = place(request, linked=False)
    table = table_for(info, columns, at, True, False, is_named(env, info))
    where = env.reach(info, "delete")
    page = env.page(
        info.cls, table.names, *(() if where is None else (where,)), order="-deleted_at",
        after=request.GET.get("after"), before=request.GET.get("before"), limit=PAGE, binned=True,
    )  # fmt: skip
    path = f"/r/{info.key}/bin"
    values = {
        "title": _("Bin: {plural}", plural=info.plural), "info": info,
        "once": new_key(), "breadcrumbs": crumbs(info, _("Bin")),
        "columns": columns, "numeric": NUMERIC, "rows": table.rows(page.rows, at.language), "is_empty": not page.rows,
        "days": days_in_bin(env) if info.kind == "company" else None,
        "next_url": f"{path}?after={page.next}" if page.next else None,
        "previous_url": f"{path}?before={page.previous}" if page.previous else None,
    }  # fmt: skip
    return render(request, "bin.pt", values)


_known: dict[int, ShownField] = {}


def _shown(info: ModelInfo, field: Field) -> ShownField:
    """The same object each time, so that the compiled table is found again."""
    return _known.setdefault(id(field), ShownField(field, field.label))


@endpoint("bin", "/r/{model}/bin", "POST")
def restore(request: Request) -> Any:
    """Take marked records out of the bin, with what went there together with them."""
    env, info = request.env, model_of(request, "delete")
    if (answer := known_answer(request) or first_answer(request)) is not None:
        return answer
    ids = ids_in(request.POST.getall("id"))
    back = safe_next(request.POST.get("next"), f"/r/{info.key}/bin")
    if not ids:
        request.toast(_("No row is marked."), "warning")
        return remember_answer(request, back)
    try:
        with attempt(env):
            env.restore(info.cls, ids)
    except NotFound:
        raise
    except Duplicate as refusal:
        return _conflict(request, refusal, back)
    except UserError as refusal:
        request.toast(refusal.message, "danger")
        return remember_answer(request, back)
    count = len(ids)
    text = _n("{n} record was taken out of the bin.", "{n} records were taken out of the bin.", count)
    request.toast(text.format(n=count), undo=undo_of(request, info))
    return remember_answer(request, back)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of two records that cannot both be live."""

    label: LazyString
    mine: Any
    theirs: Any
    is_same: bool


def _conflict(request: Request, refusal: Duplicate, back: str) -> Any:
    """The record in the bin beside the live one that has its value."""
    env, info = request.env, model_of(request, "delete")
    if refusal.own is None or refusal.own[0] != info.key:
        request.toast(refusal.message, "danger")
        return remember_answer(request, back)
    shown = (info.display, *refusal.fields, *(one.name for one in list_for(env, info.key).columns[:5]))
    fields = [info.fields[name] for name in dict.fromkeys(shown) if name in env.policy.readable(info)]
    cells = Cells(fields, place(request, linked=False))
    mine = cells.write(env.read(info.cls, refusal.own[1], cells.names, binned=True))
    theirs = cells.write(env.read(info.cls, refusal.record[1], cells.names)) if refusal.record else {}
    lines = [
        Line(one.label, mine.get(one.name), theirs.get(one.name), one.name in refusal.fields)
        for one in fields
    ]
    values = {
        "title": _("This cannot be restored as it is"), "info": info, "problem": refusal.message, "lines": lines,
        "theirs": f"/r/{info.key}/{refusal.record[1]}" if refusal.record else None, "back": f"/r/{info.key}/bin",
        "breadcrumbs": crumbs(info, _("Bin")),
    }  # fmt: skip
    return render(request, "restore_conflict.pt", values, status=409)
