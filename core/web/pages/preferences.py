"""What people settle for themselves: language, password, in which company they work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from core.auth.password_change import change_password
from core.auth.second_factor import factors_of
from core.errors import ValidationFailed
from core.i18n import LANGUAGES, LazyString, _
from core.web.cookies import write_language
from core.web.navigation import Crumb
from core.web.redirects import redirect, safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_LONGEST_PASSWORD: Final = 1000
_PLACES: Final = {"old": "current", "new": "password"}


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


@dataclass(frozen=True, slots=True)
class Place:
    """One of the pages about the security of the own account, with what stands there in a few words."""

    title: LazyString
    text: LazyString
    url: str


def preference_crumbs(request: Request, title: LazyString) -> list[Crumb]:
    """The way to one of the pages below the preferences."""
    return [Crumb(_("Preferences"), request.path_of("preferences")), Crumb(title)]


def _security_places(request: Request) -> list[Place]:
    factors = factors_of(request.env.session, request.env.user_id)
    state = _("The sign-in asks for more than the password.") if factors.any else _("Not set up.")
    return [
        Place(_("Second factor"), state, request.path_of("second_factor")),
        Place(
            _("Where you are signed in"), _("Devices, since when, and from where."), request.path_of("end_sessions")
        ),
        Place(_("API keys"), _("By which programs work in your name."), request.path_of("api_keys")),
    ]  # fmt: skip


def _page(request: Request, problems: dict[str, Any] | None = None) -> Any:
    caller = request.signed_in
    values = {
        "title": _("Preferences"),
        "login_name": caller.login,
        "must_change_password": caller.must_change_password,
        "new_password": request.registry.settings["keyuan.templates"]["new_password.pt"].file,
        "problems": problems or {},
        "security": _security_places(request),
    }
    return render(request, "preferences.pt", values, status=422 if problems else 200)
