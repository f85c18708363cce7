"""Exporting: a list or marked rows become a file, at once or by a job that is watched, and the file is fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pyramid.response import FileResponse, Response

from core.automation.queue import ask_cancel
from core.errors import AccessDenied, NotFound, UserError
from core.exchange.asked import FORMS, Asked, checked_form
from core.exchange.columns import exportable
from core.exchange.export_files import ExportGone, existing
from core.exchange.export_jobs import export_rows
from core.exchange.export_mapping import can_come_back, mapping_for
from core.exchange.exporting import begin, headings_asked
from core.exchange.models import FORMATS, Export
from core.exchange.screens import state_of
from core.i18n import _
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.policy import require
from core.web import errors
from core.web.file_answers import DOWNLOADED, SANDBOX, disposition
from core.web.navigation import Crumb
from core.web.pages.imports import UNFINISHED
from core.web.pages.records import crumbs, model_of
from core.web.pages.records_asked import CHOSEN, asked_of, list_url
from core.web.pages.records_counts import count_sentence
from core.web.pages.records_once import KEY, first_answer, known_answer, new_key, remember_answer
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.files import size_text

SHOWN: Final = 10
_COUNTED: Final = 10_000


@endpoint("export_records", "/r/{model}/export", "GET")
def ask(request: Request) -> Any:
    """What a list would give, and the choices: format, columns, groups or rows."""
    info = _model(request)
    return _form(request, info, asked_of(request, info))


@endpoint("export_records", "/r/{model}/export", "POST")
def export(request: Request) -> Any:
    """Marked rows lead to the same choices; the choices to the file."""
    info = _model(request)
    if (known := known_answer(request)) is not None:
        return known
    asked = asked_of(request, info)
    if KEY not in request.POST:
        return _form(request, info, asked)
    form, what = checked_form(str(request.POST.get("format", ""))), request.POST.get("what", "")
    asked = asked.with_(
        form=form, grouped=asked.grouped and what == "groups", numbered="numbered" in request.POST
    )
    return begun(request, asked, lambda refusal: _form(request, info, asked, refusal))


def begun(request: Request, asked: Asked, refused: Callable[[UserError], Any]) -> Any:
    """The file is begun, once however often the form was sent; a refusal shows the form again."""
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(request.env):
            key = begin(request.env, asked, export_rows)
    except AccessDenied:
        raise
    except UserError as refusal:
        return refused(refusal)
    return remember_answer(request, f"{request.path_of('export', id=key)}?fresh=1")


@endpoint("export", r"/exports/{id:\d{1,18}}", "GET")
def watch(request: Request) -> Any:
    """How far it is, and in the end the file. The page asks again by itself while it is being written."""
    export = _export(request)
    job, env = export.job, request.env
    if job is not None:
        job = env.first("base.job", env.condition("base.job", "id", "eq", str(export.job_id)))
    is_mine = export.user_id == env.user_id
    is_gone = export.finished_at is not None and not _is_there(request, export)
    values = {
        "title": export.name, "export": export, "job": job, "is_mine": is_mine, "is_gone": is_gone,
        "state": state_of(env, job) if job is not None else None,
        "is_unfinished": export.finished_at is None and job is not None and job.state in UNFINISHED,
        "percent": min(100, 100 * job.progress // job.total) if job is not None and job.total else 0,
        "size": size_text(export.size, env.language) if export.size is not None else "",
        "starts": is_mine and not is_gone and "fresh" in request.GET, "breadcrumbs": [Crumb(_("Export"))],
        "mapping_url": _mapping_url(request, export) if is_mine and not is_gone else None,
        "format": dict(FORMATS)[export.format], "back": Asked.from_json(export.asked).url(),
    }  # fmt: skip
    return render(request, "export.pt", values, macro="status" if request.is_partial else None)


@endpoint("cancel_export", r"/exports/{id:\d{1,18}}/cancel", "POST")
def cancel(request: Request) -> Any:
    """It ends before its next page, and leaves nothing."""
    export = _mine(request)
    if export.job_id is not None:
        ask_cancel(request.env.session, export.job_id)
    return redirect(request, request.path_of("export", id=export.id))


@endpoint("export_file", r"/exports/{id:\d{1,18}}/file", "GET")
def fetch(request: Request) -> Any:
    """The file, for who asked for it, as long as the rights that it was made with are held."""
    export = _mine(request)
    _refuse_without_rights(request, export)
    if export.finished_at is None or export.expires_at <= request.env.now:
        raise ExportGone()
    path = existing(request.env, export.user_id, export.id)
    answer = FileResponse(str(path), request=request, content_type=DOWNLOADED, content_encoding=None)
    answer.content_disposition = disposition(export.name, "attachment")
    answer.last_modified = None
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@endpoint("export_mapping", r"/exports/{id:\d{1,18}}/mapping", "GET")
def mapping(request: Request) -> Any:
    """What the import needs to take the file back."""
    export = _mine(request)
    _refuse_without_rights(request, export)
    asked = Asked.from_json(export.asked)
    if not can_come_back(request.env, asked):
        raise NotFound()
    text = mapping_for(request.env, asked, export.name)
    answer = Response(body=text.encode(), content_type=DOWNLOADED)
    answer.content_disposition = disposition(f"{export.name.rpartition('.')[0]}.toml", "attachment")
    return answer


def _model(request: Request) -> ModelInfo:
    info = model_of(request)
    require(request.env.policy, info, "export")
    return info


def _export(request: Request) -> Any:
    """An export of the caller's own, or of the caller's company for its administrators."""
    return request.env.get(Export, int(request.matchdict["id"]))


def _mine(request: Request) -> Any:
    export = _export(request)
    if export.user_id != request.env.user_id:
        raise NotFound()
    return export


def _is_there(request: Request, export: Any) -> bool:
    try:
        existing(request.env, export.user_id, export.id)
    except ExportGone:
        return False
    return bool(export.expires_at > request.env.now)


def _refuse_without_rights(request: Request, export: Any) -> None:
    """Whoever has lost the model, the right or a column since then does not get what was taken with it."""
    env = request.env
    info = model_here(env, export.model)
    require(env.policy, info, "read")
    require(env.policy, info, "export")
    asked = Asked.from_json(export.asked)
    if asked.report:
        headings_asked(env, asked)
    elif not exportable(env, info).keys() >= set(asked.columns):
        raise AccessDenied()


def _mapping_url(request: Request, export: Any) -> str | None:
    asked = Asked.from_json(export.asked)
    try:
        _refuse_without_rights(request, export)
    except (AccessDenied, NotFound):
        return None
    return request.path_of("export_mapping", id=export.id) if can_come_back(request.env, asked) else None


def _form(request: Request, info: ModelInfo, asked: Asked, refusal: UserError | None = None) -> Any:
    env = request.env
    known = exportable(env, info)
    chosen = [name for name in asked.columns if name in known]
    columns = [(known[name], True) for name in chosen]
    columns += [(field, False) for name, field in known.items() if name not in chosen]
    count = env.count(info, *asked.where(env, info, "export"), cap=_COUNTED, search=asked.search(env))
    mine = (Export.user == env.user_id,)
    back = list_url(request, asked.with_(ids=()))
    values = {
        "title": _("Export: {model}", model=info.plural), "info": info, "asked": asked, "words": asked.words(env),
        "columns": columns, "formats": FORMATS, "count": count_sentence(count, env.language), "back": back,
        "groups": asked.group_words(env) if not asked.ids else [], "pairs": asked.query, "chosen_name": CHOSEN,
        "problem": refusal.message if refusal is not None else None,
        "key": new_key(), "earlier": env.search(Export, *mine, order="-id", limit=SHOWN),
        "breadcrumbs": crumbs(info, _("Export")), "forms": FORMS,
    }  # fmt: skip
    status = errors.status_of(refusal) if refusal is not None else 200
    return render(request, "export_ask.pt", values, status=status)
