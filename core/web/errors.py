"""From a refusal to an answer: which status it has, and how a page, htmx or a program is told, and nobody else.

Refusals of ours (`core.errors`) carry their words. Everything else is a fault: the trace goes to the log under the
request's id, and people see that id and nothing more.
"""

from __future__ import annotations

import http
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from pyramid.httpexceptions import HTTPException
from pyramid.response import Response
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from core.auth.passwords import TooBusy
from core.auth.throttle import TooManyAttempts
from core.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    Duplicate,
    InUse,
    NotFound,
    StateForbids,
    UserError,
    ValidationFailed,
)
from core.i18n import LazyString, _, use_language
from core.web.api.problems import problem
from core.web.api.refusals import KeyNeeded
from core.web.request import Request

log = structlog.get_logger("keyuan.web")


class SignInNeeded(UserError):
    """The page is for signed-in people; the answer leads to the sign-in and back."""

    default = _("Please sign in.")


class MethodNotAllowed(UserError):
    """The address exists, but takes only these methods."""

    default = _("This page cannot be asked for in this way.")

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = list(allowed)
        super().__init__()


class TooLarge(UserError):
    """More was sent than is taken; `limit` is in bytes."""

    default = _("What was sent is too large.")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(_("What was sent is too large. At most {size} MB are taken.", size=limit >> 20))


class LengthNeeded(UserError):
    """A body whose length nobody has named could be of any length."""

    default = _("What was sent does not say how long it is.")


STATUS: Final[tuple[tuple[type[Exception], int], ...]] = (
    (SignInNeeded, 401),
    (KeyNeeded, 401),
    (AccessDenied, 403),
    (NotFound, 404),
    (MethodNotAllowed, 405),
    (Conflict, 409),
    (Duplicate, 409),
    (InUse, 409),
    (StateForbids, 409),
    (LengthNeeded, 411),
    (TooLarge, 413),
    (ValidationFailed, 422),
    (TooManyAttempts, 429),
    (BadRequest, 400),
    (TooBusy, 503),
    (UserError, 422),
)
_TITLES: Final[dict[int, LazyString]] = {
    400: _("The request cannot be understood"),
    401: _("An API key is needed"),
    403: _("No access"),
    404: _("Not found"),
    405: _("Not possible in this way"),
    409: _("Not possible at the moment"),
    411: _("The length is missing"),
    413: _("Too large"),
    422: _("Not possible"),
    429: _("Too many attempts"),
    503: _("Not available at the moment"),
}
_QUERY_CANCELED: Final = "57014"
_FAULT_TITLE: Final = _("Something went wrong")
_FAULT: Final = _(
    "This is a fault of the system, not yours. Please tell your administrator the number below."
)
_UNAVAILABLE: Final = _("The database cannot be reached. Please try again in a minute.")
_TOO_SLOW: Final = _("This took too long and was stopped. Please ask for less at once.")


def status_of(error: Exception) -> int:
    """The status code of an error; 500 for what is no refusal of ours."""
    if isinstance(error, HTTPException):
        return int(error.status_int)
    if isinstance(error, OperationalError) and (_has_no_connection(error) or _was_stopped(error)):
        return 503
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def answer(request: Request, error: Exception) -> Any:
    """The response for an error that a view, or the way to it, has raised."""
    if isinstance(error, HTTPException) and error.status_int < 400:
        return error
    status = status_of(error)
    if status >= 500:
        log.error("fault", method=request.method, exc_info=error)
    with use_language(_language(request)):
        response = _respond(request, error, status)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _respond(request: Request, error: Exception, status: int) -> Any:
    if request.is_api:
        title = _TITLES.get(status, _FAULT_TITLE if status >= 500 else _TITLES[422])
        return problem(request, error, status, title=title, detail=words(error, status))
    return _sign_in(request) if status == 401 else _explain(request, error, status)


def words(error: Exception, status: int) -> LazyString:
    """What people are told. Nothing of a fault but that it is one: no trace, no SQL, no path."""
    if isinstance(error, UserError):
        return error.message
    if status == 404:
        return NotFound.default
    if status == 503:
        return _TOO_SLOW if isinstance(error, OperationalError) and _was_stopped(error) else _UNAVAILABLE
    return _FAULT if status >= 500 else BadRequest.default


def _has_no_connection(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "pgcode", None) is None


def _was_stopped(error: DBAPIError) -> bool:
    return getattr(error.orig, "pgcode", None) == _QUERY_CANCELED


def _language(request: Request) -> str:
    try:
        return request.language
    except (ValueError, UnicodeError, SQLAlchemyError):
        return "en"


def _sign_in(request: Request) -> Any:
    """Lead to the sign-in page; afterwards back to where the person was, if that can be looked at again. A form
    that was sent too late waits on the sign-in page itself.
    """
    from core.web import drafts
    from core.web.pages import login

    if (draft := drafts.keep(request)) is not None:
        return login.ask_again(request, draft)
    path = request.path_qs if request.method in ("GET", "HEAD") else "/"
    if request.is_htmx:
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        if drafts.is_form(current.path):
            request.toast(
                _("Your session is over. Save, then sign in again: what you have typed is kept."), "warning"
            )
            return Response(status=401, headers={"HX-Reswap": "none"})
        path = current.path + (f"?{current.query}" if current.query else "")
    target = "/login" if path in ("", "/") else f"/login?next={quote(path, safe='')}"
    if request.is_htmx:
        return Response(status=401, headers={"HX-Redirect": target})
    return Response(status=303, headers={"Location": target})


def _explain(request: Request, error: Exception, status: int) -> Any:
    message = words(error, status)
    if request.is_htmx:
        request.toast(message if status < 500 else f"{message} ({request.request_id})", "danger")
        return Response(status=status, headers={"HX-Reswap": "none"})
    try:
        from core.web.pages.why_links import why_url
        from core.web.rendering import render

        values = {"title": _TITLES.get(status, _FAULT_TITLE), "message": message, "status": status,
                  "why_url": why_url(request, error)}  # fmt: skip
        return render(request, "error.pt", values, status=status)
    except Exception as fault:
        log.error("fault in the error page", exc_info=fault)
        text = f"{http.HTTPStatus(status).phrase} ({request.request_id})"
        return Response(text, status=status, content_type="text/plain", charset="utf-8")
