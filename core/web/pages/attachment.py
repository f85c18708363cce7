"""One attachment: a look into it, what it was before, another content in its place."""

from __future__ import annotations

from typing import Any, Final

from core.errors import AccessDenied
from core.files.attaching import replace, versions
from core.files.errors import FileNotTaken
from core.files.kinds import opens
from core.files.reading import attachment, may_add
from core.files.shelf import shelf_of
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.stored_file import StoredFile
from core.web.navigation import Crumb
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
    return redirect(request, "/p/base.attachments")


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
    """Another content in place of this one, for who may change the record."""
    env = request.env
    found = attachment(env, id_of(request))
    if not may_add(env, env.info(found.model), found.record_id):
        raise AccessDenied(_("You may see this record but not change it."))
    upload = request.POST.get("file")
    if not is_upload(upload):
        return _page(request, found, _("Please choose a file."))
    try:
        stored = keep_upload(request, upload)
    except FileNotTaken as refusal:
        return _page(request, found, refusal.message)
    replace(env, found, stored)
    request.toast(_("The file was replaced."), undo=request.request_id)
    return redirect(request, f"/r/{MODEL}/{found.id}")


def _page(request: Request, found: Any, problem: LazyString | None = None) -> Any:
    env, info = request.env, request.env.info(MODEL)
    target, stored = env.info(found.model), found.content
    label = env.labels(target, [found.record_id]).get(found.record_id, f"#{found.record_id}")
    url, record_url = address(MODEL, found.id, "content"), f"/r/{target.key}/{found.record_id}"
    older, has_more = versions(env, info, found.id, "content")
    values = {
        "title": found.name, "found": found, "stored": stored, "size": size_text(stored.size, env.language),
        "breadcrumbs": [Crumb(target.plural, f"/r/{target.key}"), Crumb(label, record_url),
                        Crumb(_("Attachments"), f"{record_url}/attachments"), Crumb(found.name)],
        "url": url, "shown": opens(stored.type), "excerpt": _excerpt(env, stored), "problem": problem,
        "can_change": may_add(env, target, found.record_id), "has_more": has_more,
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
