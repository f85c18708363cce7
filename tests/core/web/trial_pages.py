"""Views that only tests have: faults, refusals, and writing."""

from __future__ import annotations

import json
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from sqlalchemy.exc import OperationalError

from core.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    Duplicate,
    InUse,
    NotFound,
    StateForbids,
    ValidationFailed,
)
from core.i18n import _
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

REFUSALS: dict[str, Exception] = {
    "denied": AccessDenied(),
    "missing": NotFound(),
    "conflict": Conflict(),
    "duplicate": Duplicate(),
    "used": InUse(),
    "state": StateForbids(),
    "invalid": ValidationFailed.at("name", _("Name")),
    "bad": BadRequest(),
    "fault": RuntimeError("select secret from vault"),
}
runs: list[str] = []


class Collision(Exception):
    """What the database says to the loser."""

    pgcode = "40001"


@endpoint("trial_refuse", "/trial/refuse/{kind}", "GET", public=True)
@endpoint("trial_refuse", "/trial/refuse/{kind}", "POST", public=True)
def refuse(request: Request) -> Any:
    raise REFUSALS[request.matchdict["kind"]]


@endpoint("trial_write", "/trial/write/{how}", "POST")
def write(request: Request) -> Any:
    """Makes a notice, and answers as `how` says."""
    env, how = request.env, request.matchdict["how"]
    env.notify([env.user_id], _("Written: {how}", how=how))
    env.after_commit(lambda: runs.append(f"committed {how}"))
    if how == "raise":
        raise BadRequest()
    if how == "redirect":
        raise HTTPSeeOther("/notices")
    if how == "collide" and runs.count("tried") < 2:
        runs.append("tried")
        request.toast("said before the collision")
        raise OperationalError("update", {}, Collision())
    if how == "toast":
        request.toast("It was <b>written</b>.", undo=request.request_id)
        return Response(status=303, headers={"Location": "/notices"})
    return Response("ok", status=int(how) if how.isdigit() else 200)


@endpoint("trial_api", "/api/trial/{how}", "POST", key=True)
def write_by_key(request: Request) -> Any:
    """The same by a program; it says something in the corner of no page."""
    request.toast("Said to nobody.")
    how = request.matchdict["how"]
    if how in REFUSALS:
        raise REFUSALS[how]
    request.env.write(request.env.user, language=how)
    return Response(b"{}", content_type="application/json")


@endpoint("trial_upload", "/trial/upload", "POST", public=True)
def upload(request: Request) -> Any:
    return Response(f"{sum(len(str(value)) for value in request.POST.values())}")


@endpoint("trial_hostile", "/trial/hostile", "GET", public=True)
def hostile(request: Request) -> Any:
    """A title and a message that somebody typed."""
    typed = request.GET.get("typed", "")
    return render(
        request, "error.pt", {"title": typed, "message": _("You said {typed}.", typed=typed), "status": 200}
    )


@endpoint("trial_board", "/trial/board", "GET")
def board(request: Request) -> Any:
    return render(request, "toy_desk:board.pt", {"title": "Board"})


@endpoint("trial_choices", "/trial/choices", "GET")
def choices(request: Request) -> Any:
    """Names that contain what is typed."""
    typed = request.GET.get("q", "")
    names = ["张三 <b>", "李四", "Wang Wu"]
    found = [[number, name] for number, name in enumerate(names, 1) if typed.lower() in name.lower()]
    return Response(json.dumps(found), content_type="application/json", charset="utf-8")


@endpoint("trial_move", "/trial/move", "POST")
def move(request: Request) -> Any:
    """Into every column but one."""
    runs.append(" ".join(str(request.POST.get(name)) for name in ("id", "version", "value")))
    if request.POST.get("value") == "never":
        raise StateForbids()
    request.toast("Moved.", undo=request.request_id)
    return Response(status=204, headers={"X-Version": "5"})


@endpoint("trial_dialog", "/trial/dialog", "GET")
def dialog(request: Request) -> Any:
    html = '<dialog data-show="" aria-label="Asked">Really? <button type="button" data-dismiss="">No</button></dialog>'
    return Response(html, content_type="text/html", charset="utf-8")
