"""Signing in and out."""

from __future__ import annotations

from typing import Any, Final

from core.auth.sessions import NoCompany, SignInRefused, sign_in, sign_out
from core.auth.throttle import TooManyAttempts
from core.errors import UserError
from core.i18n import _
from core.web.cookies import clear_session, read_session, write_session
from core.web.devices import device_of
from core.web.errors import status_of
from core.web.redirects import redirect, safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_LONGEST_LOGIN: Final = 100
_LONGEST_PASSWORD: Final = 1000


@endpoint("login", "/login", "GET", public=True)
def show(request: Request) -> Any:
    """Who is signed in already goes on to where they wanted to go."""
    target = safe_next(request.GET.get("next"))
    return redirect(request, target) if request.caller is not None else _form(request, target)


@endpoint("login", "/login", "POST", public=True)
def enter(request: Request) -> Any:
    """Start a session under a new token; every refusal but the pause says the same, whoever exists."""
    target = safe_next(request.POST.get("next"))
    login = str(request.POST.get("login", ""))[:_LONGEST_LOGIN]
    password = str(request.POST.get("password", ""))[:_LONGEST_PASSWORD]
    try:
        signed_in = sign_in(
            request.database,
            login,
            password,
            address=request.address,
            agent=device_of(request.user_agent or ""),
            demo_secret=request.secret,
        )
    except (SignInRefused, NoCompany, TooManyAttempts) as refused:
        return _form(request, target, login=login, problem=refused)
    response = redirect(request, "/preferences" if signed_in.must_change_password else target)
    write_session(request, response, signed_in.token)
    return response


@endpoint("logout", "/logout", "POST")
def leave(request: Request) -> Any:
    """The session ends on the server, not only in this browser."""
    token = read_session(request)
    if token:
        sign_out(request.env.session, token)
    response = redirect(request, "/login")
    clear_session(request, response)
    return response


def _form(request: Request, target: str, *, login: str = "", problem: UserError | None = None) -> Any:
    values = {"title": _("Sign in"), "next": target, "login": login, "problem": problem and problem.message}
    response = render(request, "login.pt", values, status=200 if problem is None else status_of(problem))
    if isinstance(problem, TooManyAttempts):
        response.headers["Retry-After"] = str(problem.seconds)
    return response
