"""Views that only tests have: faults, refusals, and writing."""

from __future__ import annotations

from typing import Any

from psycopg2.errors import SerializationFailure
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


class SaidSerialisationFailure(SerializationFailure):
    pgcode = "40001"


@endpoint("refuse", "/trial/refuse/{kind}", "GET", public=True)
@endpoint("refuse", "/trial/refuse/{kind}", "POST", public=True)
def refuse(request: Request) -> Any:
    raise REFUSALS[request.matchdict["kind"]]


@endpoint("write", "/trial/write/{how}", "POST")
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
        raise OperationalError("update", {}, SaidSerialisationFailure())
    if how == "toast":
        request.toast("It was <b>written</b>.", undo=request.request_id)
        return Response(status=303, headers={"Location": "/notices"})
    return Response("ok", status=int(how) if how.isdigit() else 200)


@endpoint("upload", "/trial/upload", "POST", public=True)
def upload(request: Request) -> Any:
    return Response(f"{sum(len(str(value)) for value in request.POST.values())}")


@endpoint("hostile", "/trial/hostile", "GET", public=True)
def hostile(request: Request) -> Any:
    """A title and a message that somebody typed."""
    typed = request.GET.get("typed", "")
    return render(request, "error.pt", {"title": typed, "message": _("You said {typed}.", typed=typed), "status": 200})


