"""Setting a first or a new password by a link that works once. Opening the link changes nothing."""

from __future__ import annotations

from typing import Any, Final

from core.auth.password_change import redeem, user_of_link
from core.errors import ValidationFailed
from core.i18n import _, use_language
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_PATTERN: Final = "/set-password/{token:[A-Za-z0-9_-]{20,100}}"
_LONGEST_PASSWORD: Final = 1000


@endpoint("set_password", _PATTERN, "GET", public=True)
def show(request: Request) -> Any:
    return _form(request)


@endpoint("set_password", _PATTERN, "POST", public=True)
def save(request: Request) -> Any:
    """The link is used up by a good password only; then the user signs in with it."""
    new, again = (str(request.POST.get(name, ""))[:_LONGEST_PASSWORD] for name in ("password", "again"))
    if new != again:
        return _form(request, {"again": [_("The two passwords differ.")]})
    try:
        redeem(request.database, request.matchdict["token"], new)
    except ValidationFailed as refused:
        return _form(request, refused.problems)
    request.toast(_("The password has been set. Please sign in."))
    return redirect(request, "/login")


def _form(request: Request, problems: Any = None) -> Any:
    user = user_of_link(request.database, request.matchdict["token"])
    values = {
        "title": _("Set a password"),
        "name": user.name,
        "login_name": user.login,
        "problems": problems or {},
    }
    with use_language(request.language if "keyuan-language" in request.cookies else user.language):
        return render(request, "new_password.pt", values, status=422 if problems else 200)
