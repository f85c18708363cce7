"""Signing in and out."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from core.auth.second_factor import factors_of
from core.auth.sessions import (
    SECOND_STEP,
    HalfWay,
    NoCompany,
    SignedIn,
    SignInRefused,
    WrongCode,
    give_code,
    sign_in,
    sign_out,
)
from core.auth.steps import StepOver, look_at_step
from core.auth.throttle import TooManyAttempts
from core.errors import UserError
from core.i18n import _
from core.web import csrf, drafts
from core.web.cookies import clear_session, read_session, read_step, write_session, write_step
from core.web.devices import device_of
from core.web.errors import status_of
from core.web.party import party_of
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
    if isinstance(signed_in, HalfWay) and drafts.sent(request):
        response = _code_form(request, target, token=signed_in.token)
        write_step(request, response, signed_in.token)
        return response
    return go_on(request, signed_in, target)


@endpoint("login_code", "/login/code", "GET", public=True)
def ask_code(request: Request) -> Any:
    """The second half of the sign-in; whoever comes here without the first begins with that."""
    target = safe_next(request.GET.get("next"))
    try:
        look_at_step(request.database, SECOND_STEP, read_step(request))
    except StepOver:
        return redirect(request, step_path("/login", target))
    return _code_form(request, target)


@endpoint("login_code", "/login/code", "POST", public=True)
def check_code(request: Request) -> Any:
    """Start the session, under a new token as ever."""
    target = safe_next(request.POST.get("next"))
    code = str(request.POST.get("code", ""))[:_LONGEST_LOGIN]
    try:
        signed_in = give_code(
            request.database,
            read_step(request),
            code,
            secret=request.secret,
            address=request.address,
            agent=device_of(request.user_agent or ""),
        )
    except (StepOver, NoCompany) as refused:
        return _form(request, target, problem=refused)
    except (WrongCode, TooManyAttempts) as refused:
        return _code_form(request, target, problem=refused)
    return go_on(request, signed_in, target)


def go_on(request: Request, found: SignedIn | HalfWay, target: str) -> Any:
    """After a step of a sign-in: to the page that was wanted, or to what comes before it."""
    if isinstance(found, HalfWay):
        response = redirect(request, step_path("/login/code", target))
        write_step(request, response, found.token)
        return response
    draft = None if found.must_change_password else drafts.draft_for(request, found.user_id)
    if draft is None:
        response = redirect(request, "/preferences" if found.must_change_password else target)
    else:
        values = {"title": _("Save"), "draft": draft, "token": csrf.issue_for(request, found.token)}
        response = render(request, "resend.pt", values)
    write_session(request, response, found.token)
    return response


def ask_again(request: Request, draft: str) -> Any:
    """The sign-in in place of a page that came after the end of its session; `draft` is what was typed on it."""
    response = _form(request, safe_next(request.path_qs), draft=draft)
    response.status_int = 401
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


def step_path(page: str, target: str) -> str:
    return page if target == "/" else f"{page}?{urlencode({'next': target})}"


def _form(
    request: Request,
    target: str,
    *,
    login: str = "",
    problem: UserError | None = None,
    draft: str | None = None,
) -> Any:
    values = {
        "draft": drafts.sent(request) if draft is None else draft,
        "title": _("Sign in"), "next": target, "login": login, "problem": problem and problem.message,
        "can_have_passkeys": party_of(request) is not None,
        "provider": request.config.openid_label if request.config.openid_issuer else None,
    }  # fmt: skip
    return _answer(request, "login.pt", values, problem)


def to_sign_in(request: Request, target: str, problem: UserError) -> Any:
    """Begin again, and say why."""
    return _form(request, target, problem=problem)


def _code_form(
    request: Request, target: str, problem: UserError | None = None, *, token: str | None = None
) -> Any:
    step = look_at_step(request.database, SECOND_STEP, token or read_step(request))
    factors = factors_of(request.database, step.user_id or 0)
    values = {
        "title": _("Second step"), "next": target, "problem": problem and problem.message, "factors": factors,
        "draft": drafts.sent(request),
        "can_have_passkeys": party_of(request) is not None,
    }  # fmt: skip
    return _answer(request, "login_code.pt", values, problem)


def _answer(request: Request, template: str, values: dict[str, Any], problem: UserError | None) -> Any:
    response = render(request, template, values, status=200 if problem is None else status_of(problem))
    if isinstance(problem, TooManyAttempts):
        response.headers["Retry-After"] = str(problem.seconds)
    return response
