"""One operation, such as a bulk change or an import: what it did, and its undo, at once or as a job."""

from __future__ import annotations

from typing import Any, Final

from core.automation.queue import enqueue
from core.automation.undoing import AT_ONCE, may_undo_of_others, undo_operation
from core.errors import NotFound, UserError
from core.i18n import _, _n
from core.orm.attempts import attempt
from core.orm.history import entries_of_request
from core.orm.operations import Operation, operation_of
from core.orm.undo_preview import preview
from core.orm.undoing import undo_request, undoable_entries
from core.views.doings import summary
from core.views.operations import OPERATIONS, places_of
from core.web import errors
from core.web.navigation import Crumb
from core.web.pages.records import part
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.pages.undo_form import shown, wish_of
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_PATTERN: Final = "/operations/{request_id:[A-Za-z0-9-]{3,64}}"
MOST_ENTRIES: Final = 4 * AT_ONCE
"""Changes of one operation that are shown field by field; of more only the numbers are."""


@endpoint("operation", _PATTERN, "GET")
def show(request: Request) -> Any:
    """For who did it, and for who may see all operations."""
    return _form(request, _operation(request))


@endpoint("operation", _PATTERN, "POST")
def undo(request: Request) -> Any:
    """A small one is taken back at once, a large one by a job that shows its progress."""
    env, operation = request.env, _operation(request)
    answer = known_answer(request) or first_answer(request)
    if answer is not None:
        return answer
    wish = wish_of(request, env)
    if _is_large(operation):
        arguments: dict[str, Any] = {
            "request_id": operation.request_id,
            "skip": wish.otherwise == "skip",
            "total": operation.count,
        }
        key = enqueue(env, undo_operation, unique_key=f"undo {operation.request_id}", **arguments)
        return remember_answer(request, request.path_of("undo_job", id=key))
    try:
        with attempt(env):
            done = undo_request(env, operation.request_id, wish, of_others=may_undo_of_others(env))
    except NotFound:
        raise
    except UserError as refusal:
        return _form(request, operation, refusal)
    text = _n("Undone: {n} record.", "Undone: {n} records.", done.number).format(n=done.number)
    request.toast(text, undo=request.request_id)
    return remember_answer(request, _back(request))


@endpoint("undo_job", r"/operations/jobs/{id:\d{1,18}}", "GET")
def watch(request: Request) -> Any:
    """How far the undo of a large operation is."""
    job: Any = request.env.get("base.job", int(request.matchdict["id"]))
    if job.name != undo_operation.name:
        raise NotFound()
    values = {
        "title": undo_operation.title, "job": job, "back": _back(request), "result": job.result or {},
        "state": dict(request.env.info("base.job").fields["state"].choices)[job.state],
        "is_unfinished": job.state in ("queued", "running", "failed"),
        "percent": min(100, 100 * job.progress // job.total) if job.total else 0,
    }  # fmt: skip
    return render(request, "undo_job.pt", values, macro="status" if request.is_partial else None)


def _operation(request: Request) -> Operation:
    env = request.env
    found = operation_of(env, request.matchdict["request_id"])
    if found is None or not (found.real_user_id == env.real_user_id or may_undo_of_others(env)):
        raise NotFound()
    return found


def _is_large(operation: Operation) -> bool:
    return operation.is_cut or operation.count > AT_ONCE


def _back(request: Request) -> str:
    return OPERATIONS.url if OPERATIONS.allowed(request.env) else "/"


def _form(request: Request, operation: Operation, refusal: UserError | None = None) -> Any:
    env, by_job = request.env, _is_large(operation)
    entries = entries_of_request(env, operation.request_id, limit=1 if by_job else MOST_ENTRIES + 1)
    is_plain = by_job or len(entries) > MOST_ENTRIES
    records = [] if is_plain else shown(request, preview(env, entries))
    names = env.user_names([operation.user_id, operation.real_user_id])
    where = places_of(env, [(operation.channel, operation.request_id)])[operation.request_id]
    values = {
        "title": _("Operation"), "operation": operation, "words": summary(env, operation), "at": operation.at,
        "who": names.get(operation.real_user_id) or _("System"), "where": where, "what": None, "by_job": by_job,
        "as_whom": names.get(operation.user_id) if operation.user_id != operation.real_user_id else None,
        "records": records, "problem": refusal.message if refusal else None, "back": _back(request), "key": new_key(),
        "breadcrumbs": [Crumb(OPERATIONS.title, _back(request)), Crumb(_("Operation"))], "name": None, "info": None,
        "undo_part": part(request, "undo.pt"), "is_plain": is_plain, "can_undo": bool(undoable_entries(env, entries)),
    }  # fmt: skip
    return render(request, "operation.pt", values, status=errors.status_of(refusal) if refusal else 200)
