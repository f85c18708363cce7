"""One attachment: a look into it, what it was before, a new version of it, an old one that is the newest again."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from core.errors import AccessDenied
from core.files.attaching import replace
from core.files.errors import FileNotTaken
from core.files.kinds import opens
from core.files.reading import attachment, may_add
from core.files.shelf import shelf_of
from core.files.versions import version, versions
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.stored_file import StoredFile
from core.web.navigation import Crumb
from core.web.pages.attachments import panel_of
from core.web.pages.records import id_of
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.uploads import is_upload, keep_upload
from core.web.widgets.files import address, size_text

MODEL: Final = "base.attachment"
EXCERPT: Final = 20_000
"""Bytes of a text that are shown in the page; the whole of it opens beside it."""


@endpoint("attachment_list", f"/r/{MODEL}", "GET")
def all_of_them(request: Request) -> Any:
    """The page of all attachments says more than a list of this model could."""
    text = request.GET.get("q", "")
    return redirect(
        request, f"/p/base.attachments?{urlencode({'q': text})}" if text else "/p/base.attachments"
    )


@endpoint("new_attachment", f"/r/{MODEL}/new", "GET")
def new(request: Request) -> Any:
    """A file is added where its record is."""
    return redirect(request, "/p/base.attachments")


@endpoint("attachment", rf"/r/{MODEL}/{{id:\d{{1,19}}}}", "GET")
def show(request: Request) -> Any:
    """The file with its versions."""
    return _page(request, attachment(request.env, id_of(request)))


@endpoint("attachment", rf"/r/{MODEL}/{{id:\d{{1,19}}}}", "POST")
def put_another(request: Request) -> Any:
    """A new version, for who may change the record; the panel of the record is answered with itself."""
    found = _to_change(request)
    upload = request.POST.get("file")
    if not is_upload(upload):
        return _refused(request, found, _("Please choose a file."))
    try:
        stored = keep_upload(request, upload)
    except FileNotTaken as refusal:
        return _refused(request, found, refusal.message)
    _renew(request, found, stored)
    if request.is_partial:
        return panel_of(request, found.model, found.record_id)
    return redirect(request, f"/r/{MODEL}/{found.id}")


@endpoint("attachment_version", rf"/r/{MODEL}/{{id:\d{{1,19}}}}/versions/{{place:\d{{1,9}}}}", "POST")
def bring_back(request: Request) -> Any:
    """An old version as the newest one; those between stay in the history."""
    found = _to_change(request)
    place = int(request.matchdict["place"])
    _renew(request, found, version(request.env, request.env.info(MODEL), found.id, "content", place))
    return redirect(request, f"/r/{MODEL}/{found.id}")


def _to_change(request: Request) -> Any:
    env = request.env
    found = attachment(env, id_of(request))
    if not may_add(env, env.info(found.model), found.record_id):
        raise AccessDenied(_("You may see this record but not change it."))
    return found


def _renew(request: Request, found: Any, stored: StoredFile) -> None:
    if replace(request.env, found, stored):
        request.toast(_("There is a new version of “{name}”.", name=stored.name), undo=request.request_id)
    else:
        request.toast(_("This is the file that was there already."), "info")


def _refused(request: Request, found: Any, problem: LazyString) -> Any:
    if request.is_partial:
        return panel_of(request, found.model, found.record_id, [problem], status=422)
    return _page(request, found, problem)


def _page(request: Request, found: Any, problem: LazyString | None = None) -> Any:
    env, info, path = request.env, request.env.info(MODEL), f"/r/{MODEL}/{found.id}"
    target, stored = env.info(found.model), found.content
    label = env.labels(target, [found.record_id]).get(found.record_id, f"#{found.record_id}")
    url, record_url = address(MODEL, found.id, "content"), f"/r/{target.key}/{found.record_id}"
    older, has_more = versions(env, info, found.id, "content")
    values = {
        "title": found.name, "found": found, "stored": stored, "size": size_text(stored.size, env.language),
        "breadcrumbs": [Crumb(target.plural, f"/r/{target.key}"), Crumb(label, record_url),
                        Crumb(_("Attachments"), f"{record_url}/attachments"), Crumb(found.name)],
        "url": url, "shown": opens(stored.type), "excerpt": _excerpt(env, stored), "problem": problem,
        "can_change": may_add(env, target, found.record_id), "has_more": has_more, "page_url": path,
        "kind": env.labels("base.option", [found.kind_id]).get(found.kind_id) if found.kind_id else None,
        "versions": [(one, size_text(one.file.size, env.language)) for one in older],
    }  # fmt: skip
    return render(request, "attachment.pt", values, status=422 if problem else 200)


def _excerpt(env: Env, stored: StoredFile) -> str | None:
    """The beginning of a text, for the page to show as text."""
    if opens(stored.type) != "text":
        return None
    with shelf_of(env).existing(stored.sha256).open("rb") as stream:
        head = stream.read(EXCERPT)
    return head.decode(stored.type.partition("charset=")[2] or "utf-8", "replace")
