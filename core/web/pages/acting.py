"""Another identity from the toolbar: for somebody else, in one role, in another company. Each is a new session."""

from __future__ import annotations

from typing import Any

from core.auth.acting import act_for, end_acting, enter_company, work_as
from core.errors import AccessDenied
from core.i18n import _
from core.lifecycle.accounts import ActFor
from core.web.cookies import write_session
from core.web.redirects import redirect
from core.web.request import Request
from core.web.routes import endpoint


def begin_acting(request: Request, wanted: ActFor) -> Any:
    """Go on as another user, on the workbench: what the page before showed may not be theirs."""
    return _go_on(request, act_for(request.env, _session_id(request), wanted.user_id, wanted.reason))


@endpoint("end_acting", "/act-for/end", "POST")
def stop(request: Request) -> Any:
    """Back to oneself."""
    request.toast(_("You work in your own name again."), "info")
    return _go_on(request, end_acting(request.env, _session_id(request)))


@endpoint("role", "/role", "POST")
def choose_role(request: Request) -> Any:
    """Work goes on in one of the roles held, or in all of them."""
    wanted = str(request.POST.get("role", ""))
    return _go_on(request, work_as(request.env, request.signed_in, _number(wanted) if wanted else None))


@endpoint("company", "/company", "POST")
def choose_company(request: Request) -> Any:
    """Work goes on in another company of the user, on its workbench: a record of the one is not in the other."""
    wanted = _number(str(request.POST.get("company", "")))
    return _go_on(request, enter_company(request.env, request.signed_in, wanted))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise AccessDenied()
    return int(text)


def _session_id(request: Request) -> int:
    found = request.signed_in.session_id
    if found is None:
        raise AccessDenied()
    return found


def _go_on(request: Request, token: str) -> Any:
    response = redirect(request, "/")
    write_session(request, response, token)
    return response
