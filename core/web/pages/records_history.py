"""All changes of a record: who, as whom, what from what to what, when, from where; and the undo of a single one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.errors import NotFound, UserError
from core.i18n import LazyString, _
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.history import Entry, entries_of, entry_of
from core.orm.undo_preview import preview
from core.orm.undoing import right_to_undo, undo_entries
from core.views.doings import said
from core.views.operations import number_in, places_of
from core.web import errors
from core.web.names import name_columns
from core.web.navigation import initials
from core.web.pages.records import id_of, model_of, part, place, record_crumbs
from core.web.pages.records_name import name_of
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.pages.records_words import Changed, changes_of, names_for
from core.web.pages.undo_form import shown, wish_of
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Cells

PAGE: Final = 50
_ENTRY: Final = r"/r/{model}/{id:\d{1,19}}/history/{entry:\d{1,18}}/undo"


@dataclass(frozen=True, slots=True)
class Line:
    """One change, as the page shows it."""

    at: datetime
    who: str
    initials: str
    as_whom: str | None
    what: LazyString | str
    icon: str
    where: LazyString | str
    reason: str | None
    changes: tuple[Changed, ...]
    undo_url: str | None
    operation_url: str | None


@endpoint("record_history", r"/r/{model}/{id:\d{1,19}}/history", "GET")
def show(request: Request) -> Any:
    """One page of it, the newest first; also of a record in the bin, for those who see it there."""
    env, info, key = request.env, model_of(request), id_of(request)
    name = name_of_record(request, info, key)
    found = entries_of(env, info, key, before=number_in(request.GET.get("before")), limit=PAGE + 1)
    entries = found[:PAGE]
    path = f"/r/{info.key}/{key}/history"
    values = {
        "title": _("History: {name}", name=name), "info": info, "back": f"/r/{info.key}/{key}",
        "breadcrumbs": record_crumbs(info, key, name, _("History")), "lines": _lines(request, info, entries),
        "older": f"{path}?before={entries[-1].id}" if len(found) > PAGE else None,
        "newest": path if request.GET.get("before") else None,
    }  # fmt: skip
    return render(request, "history.pt", values)


def name_of_record(request: Request, info: ModelInfo, key: int) -> str:
    """What a record is called, also in the bin. Raises NotFound for who may not see it."""
    env = request.env
    cells = Cells([info.fields[name] for name in name_columns(env, info)], place(request))
    try:
        row = env.read(info.cls, key, cells.names)
    except NotFound:
        row = env.read(info.cls, key, cells.names, binned=True)
    return name_of(info, cells, row)


def _lines(request: Request, info: ModelInfo, entries: list[Entry]) -> list[Line]:
    env, at = request.env, place(request, whole=True)
    labels = names_for(env, info, entries)
    places = places_of(env, ((entry.channel, entry.request_id) for entry in entries))
    may_audit = env.can("audit", "base.company")

    def person(key: int | None) -> str:
        return labels.get(("base.user", key or 0)) or str(_("System"))

    def line(entry: Entry) -> Line:
        what, icon = said(env, info, entry.operation)
        who, is_mine = person(entry.real_user_id), entry.real_user_id == env.real_user_id
        undo = (
            f"/r/{info.key}/{entry.record_id}/history/{entry.id}/undo"
            if _may_undo(env, info, entry)
            else None
        )
        operation = f"/operations/{entry.request_id}" if is_mine or may_audit else None
        as_whom = person(entry.user_id) if entry.user_id != entry.real_user_id else None
        changes = tuple(changes_of(info, entry, labels, at))
        return Line(entry.at, who, initials(who), as_whom, what, icon, places[entry.request_id], entry.reason, changes,
                    undo, operation if info.kind == "company" else None)  # fmt: skip

    return [line(entry) for entry in entries]


def _may_undo(env: Env, info: ModelInfo, entry: Entry) -> bool:
    """Whether a button makes sense; what the change meant for rows and fields is asked when it is used."""
    if info.kind != "company" or not info.is_undoable or entry.operation == "erase":
        return False
    if entry.operation not in ("create", "delete", "restore") and not entry.changes.keys() - entry.erased:
        return False
    return env.policy.allowed(info, right_to_undo(info, entry, is_own=entry.real_user_id == env.real_user_id))


@endpoint("undo_change", _ENTRY, "GET")
def ask(request: Request) -> Any:
    """What would come back, and what has been changed again since."""
    return _form(request, model_of(request), _entry(request))


@endpoint("undo_change", _ENTRY, "POST")
def undo(request: Request) -> Any:
    """One change is taken back, with the choices made for what was changed again."""
    env, info, key = request.env, model_of(request), id_of(request)
    entry = _entry(request)
    answer = known_answer(request) or first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(env):
            done = undo_entries(env, [entry], wish_of(request, env))
    except NotFound:
        raise
    except UserError as refusal:
        return _form(request, info, entry, refusal)
    text = _("Undone, except for what you left as it is.") if done.left else _("Undone.")
    request.toast(text, undo=request.request_id)
    return remember_answer(request, f"/r/{info.key}/{key}/history")


def _entry(request: Request) -> Entry:
    info = model_of(request)
    if info.kind != "company":
        raise NotFound()
    found = entry_of(request.env, info, id_of(request), int(request.matchdict["entry"]))
    if not _may_undo(request.env, info, found):
        raise NotFound()
    return found


def _form(request: Request, info: ModelInfo, entry: Entry, refusal: UserError | None = None) -> Any:
    env, key = request.env, id_of(request)
    name = name_of_record(request, info, key)
    what, _icon = said(env, info, entry.operation)
    labels = env.user_names([entry.real_user_id])
    values = {
        "title": _("Undo a change"), "info": info, "name": name, "what": what, "at": entry.at,
        "who": labels.get(entry.real_user_id or 0) or _("System"), "number": 1, "total": None,
        "records": shown(request, preview(env, [entry])), "problem": refusal.message if refusal else None,
        "back": f"/r/{info.key}/{key}/history", "key": new_key(), "by_job": False, "is_plain": False,
        "breadcrumbs": record_crumbs(info, key, name, _("Undo a change")), "undo_part": part(request, "undo.pt"),
    }  # fmt: skip
    return render(request, "undo.pt", values, status=errors.status_of(refusal) if refusal else 200)
