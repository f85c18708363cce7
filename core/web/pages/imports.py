"""Importing in the browser: a mapping and its files become a job, which is watched and can be cancelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pyramid.response import FileResponse

from core.automation.queue import ask_cancel, enqueue
from core.errors import AccessDenied, NotFound, UserError
from core.exchange.jobs import import_files
from core.exchange.parsing import read_mapping
from core.exchange.report import ACTIONS, word_of
from core.exchange.screens import IMPORTS, may_import, recent_imports, state_of
from core.exchange.uploads import MAPPING, file_name, keep, wrong_file
from core.i18n import LazyString, _
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

MOST_FILES: Final = 20
UNFINISHED: Final = frozenset({"queued", "running", "failed"})
_WISHES: Final = ("trial", "all_or_nothing")


@endpoint("imports", "/imports", "GET")
def show(request: Request) -> Any:
    """The form, and what the caller has imported lately."""
    return _form(request)


@endpoint("imports", "/imports", "POST")
def ask(request: Request) -> Any:
    """The files are kept under the request's id, and the job is asked for in the same transaction."""
    env = request.env
    if not may_import(env):
        raise AccessDenied()
    mapping = request.POST.get("mapping")
    files = [one for one in request.POST.getall("files") if not isinstance(one, str)]
    if mapping is None or isinstance(mapping, str) or not 0 < len(files) <= MOST_FILES:
        return _form(request, _("Please choose a mapping and the files that it names."))
    try:
        streams = {one.filename: one.file for one in files}
        folder = keep(request.config.state_dir, request.request_id, mapping.file, streams)
        name = file_name(mapping.filename)
        read_mapping(folder / MAPPING, name)
    except UserError as refusal:
        return _form(request, refusal.message)
    wishes: dict[str, Any] = {name: bool(request.POST.get(name)) for name in _WISHES}
    key = enqueue(env, import_files, folder=str(folder), name=name, **wishes)
    return redirect(request, request.path_of("import", id=key))


@endpoint("import", r"/imports/{id:\d{1,18}}", "GET")
def watch(request: Request) -> Any:
    """How far it is, and in the end what became of the rows. The page asks again by itself while it runs."""
    job = _job(request)
    result: dict[str, Any] = job.result or {}
    numbers = result.get("counts", {})
    values = {
        "title": result.get("title") or _("Import"),
        "job": job,
        "state": state_of(request.env, job),
        "is_unfinished": job.state in UNFINISHED,
        "percent": min(100, 100 * job.progress // job.total) if job.total else 0,
        "is_trial": bool(job.arguments.get("trial")),
        "is_written": result.get("written", False),
        "counts": [(word_of(action), numbers[action]) for action in ACTIONS if numbers.get(action)],
        "summary": result.get("summary", ()),
        "files": result.get("files", ()),
    }
    return render(request, "import.pt", values, macro="status" if request.is_partial else None)


@endpoint("cancel_import", r"/imports/{id:\d{1,18}}/cancel", "POST")
def cancel(request: Request) -> Any:
    """It ends before its next batch."""
    ask_cancel(request.env.session, _job(request).id)
    return redirect(request, request.path_of("import", id=request.matchdict["id"]))


@endpoint("wrong_rows", r"/imports/{id:\d{1,18}}/wrong/{name}", "GET")
def wrong_rows(request: Request) -> Any:
    """The wrong rows of one file with the reasons, to be put right and imported again."""
    job = _job(request)
    name = request.matchdict["name"]
    if name not in (job.result or {}).get("files", ()):
        raise NotFound()
    path = wrong_file(Path(job.arguments["folder"]), name)
    answer = FileResponse(str(path), request=request, content_type="text/csv", content_encoding=None)
    answer.content_disposition = "attachment; filename=wrong-rows.csv"
    return answer


def _job(request: Request) -> Any:
    """An import of the caller's own, or of the caller's company for its administrators."""
    job: Any = request.env.get("base.job", int(request.matchdict["id"]))
    if job.name != import_files.name:
        raise NotFound()
    return job


def _form(request: Request, problem: LazyString | None = None) -> Any:
    values = {**recent_imports(request.env, {}), "title": IMPORTS.title, "problem": problem}
    return render(request, IMPORTS.template, values, status=422 if problem else 200)
