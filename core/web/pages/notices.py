"""What the user is told: a list, and marking as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.auth.models import Notice
from core.errors import BadRequest
from core.i18n import LazyString, _
from core.orm.env import Env
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

PAGE = 40
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One notice, ready to be shown."""

    id: int
    text: LazyString
    url: str | None
    created_at: datetime
    read_at: datetime | None


def notices_of(env: Env, *where: Any, limit: int) -> list[Told]:
    """The caller's newest notices."""
    found = env.search(Notice, *where, order="-id", limit=limit)
    return [
        Told(one.id, LazyString.from_json(one.text), _url(env, one), one.created_at, one.read_at)
        for one in found
    ]


def _url(env: Env, notice: Notice) -> str | None:
    """Where the notice leads; nowhere when the addon of that record is off by now."""
    info = env.composition.models.get(notice.model or "")
    if info is None or notice.record_id is None or info.addon not in env.addons:
        return None
    page: str = info.options.get("page", f"/r/{info.key}/{{id}}")
    return page.format(id=notice.record_id)


@endpoint("notices", "/notices", "GET")
def show(request: Request) -> Any:
    """The newest first; `before` is the id of the last one seen."""
    env, before = request.env, request.GET.get("before")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise BadRequest()
    where = () if before is None else (Notice.id < int(before),)
    found = notices_of(env, *where, limit=PAGE + 1)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    values = {"title": _("Notices"), "notices": found[:PAGE], "older": older, "newer": before is not None}
    return render(request, "notices.pt", values)


@endpoint("notices", "/notices", "POST")
def read_all(request: Request) -> Any:
    """Everything counts as read."""
    env = request.env
    while unread := env.search(Notice, Notice.read_at.is_(None), limit=AT_ONCE):
        env.write(unread, read_at=env.now)
    return redirect(request, "/notices")


@endpoint("read_notice", r"/notices/{id:\d{1,18}}", "POST")
def read_one(request: Request) -> Any:
    """One counts as read; with `open` its record is shown."""
    env = request.env
    notice = env.get(Notice, int(request.matchdict["id"]))
    if notice.read_at is None:
        env.write(notice, read_at=env.now)
    target = _url(env, notice) if request.POST.get("open") else None
    return redirect(request, target or "/notices")
