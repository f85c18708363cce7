"""What people settle for themselves: language, password, where they are signed in, in which company they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.auth.models import Session as SignIn
from core.auth.password_change import change_password
from core.auth.sessions import end_all_sessions, end_session, enter_company
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.i18n import LANGUAGES, _
from core.orm.env import Env
from core.web.cookies import write_language
from core.web.redirects import redirect, safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

MOST_DEVICES: Final = 50
_LONGEST_PASSWORD: Final = 1000
_PLACES: Final = {"old": "current", "new": "password"}


@dataclass(frozen=True, slots=True)
class Device:
    """One place where the user is signed in."""

    id: int
    agent: str | None
    address: str | None
    last_seen: datetime
    is_current: bool


@endpoint("preferences", "/preferences", "GET")
def show(request: Request) -> Any:
    return _page(request)


@endpoint("language", "/language", "POST", public=True)
def choose_language(request: Request) -> Any:
    """A signed-in user keeps the choice; a visitor's browser does."""
    wanted = request.POST.get("language")
    response = redirect(request, safe_next(request.POST.get("next")))
    if wanted in LANGUAGES:
        write_language(request, response, str(wanted))
        if request.caller is not None and wanted != request.caller.language:
            request.env.write(request.env.user, language=wanted)
    return response


@endpoint("company", "/company", "POST")
def choose_company(request: Request) -> Any:
    """Work goes on in another company of the user, on its workbench: a record of the one is not in the other."""
    caller = request.signed_in
    wanted = str(request.POST.get("company", ""))
    if caller.session_id is None or wanted not in {str(key) for key, _name in caller.companies}:
        raise AccessDenied()
    enter_company(request.env.session, caller.session_id, int(wanted))
    return redirect(request, "/")


@endpoint("password", "/preferences/password", "POST")
def set_password(request: Request) -> Any:
    """The other sessions end with the old password."""
    texts = [str(request.POST.get(name, ""))[:_LONGEST_PASSWORD] for name in ("current", "password", "again")]
    current, new, again = texts
    if new != again:
        return _page(request, {"again": [_("The two passwords differ.")]})
    try:
        change_password(request.env, current, new, session_id=request.signed_in.session_id)
    except ValidationFailed as refused:
        return _page(request, {_PLACES.get(name, name): found for name, found in refused.problems.items()})
    request.toast(_("The password has been changed."))
    return redirect(request, "/preferences")


@endpoint("end_session", r"/preferences/sessions/{id:\d{1,18}}", "POST")
def end_one(request: Request) -> Any:
    """That device is signed out at once."""
    if not end_session(request.env.session, request.env.user_id, int(request.matchdict["id"])):
        raise NotFound()
    request.toast(_("The session has been ended."))
    return redirect(request, "/preferences#sessions")


@endpoint("end_sessions", "/preferences/sessions", "POST")
def end_others(request: Request) -> Any:
    """Every device but this one is signed out at once."""
    end_all_sessions(request.env.session, request.env.user_id, but=request.signed_in.session_id)
    request.toast(_("All other sessions have been ended."))
    return redirect(request, "/preferences#sessions")


def _page(request: Request, problems: dict[str, Any] | None = None) -> Any:
    caller = request.signed_in
    values = {
        "title": _("Preferences"),
        "login_name": caller.login,
        "must_change_password": caller.must_change_password,
        "new_password": request.registry.settings["keyuan.templates"]["new_password.pt"].file,
        "problems": problems or {},
        "sessions": _devices(request.env, caller.session_id),
    }
    return render(request, "preferences.pt", values, status=422 if problems else 200)


def _devices(env: Env, current: int | None) -> list[Device]:
    open_ones = (SignIn.ended_at.is_(None), SignIn.expires > env.now, SignIn.real_user == env.user_id)
    found = env.search(SignIn, *open_ones, order="-last_seen", limit=MOST_DEVICES)
    return [Device(one.id, one.agent, one.address, one.last_seen, one.id == current) for one in found]
