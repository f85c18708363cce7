"""The second factor of the own account: an app that shows codes, and recovery codes on paper."""

from __future__ import annotations

from typing import Any, Final

from core.auth.passkeys import TooManyPasskeys, begin_adding, own_passkeys
from core.auth.passkeys import remove as remove_passkey
from core.auth.recovery import new_codes
from core.auth.second_factor import (
    begin_app,
    confirm_app,
    factors_of,
    key_to_confirm,
    proof_asked,
    prove,
    remove_app,
)
from core.auth.sessions import end_all_sessions
from core.auth.throttle import TooManyAttempts
from core.auth.totp import address_of, key_in_words
from core.errors import UserError, ValidationFailed
from core.i18n import _, _n
from core.web.cookies import write_step
from core.web.devices import device_of
from core.web.errors import status_of
from core.web.navigation import Crumb
from core.web.pages.preferences import preference_crumbs
from core.web.party import needed_party, party_of
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

ISSUER: Final = "Keyuan"
TITLE: Final = _("Second factor")
_LONGEST: Final = 1000


@endpoint("second_factor", "/preferences/second-factor", "GET")
def show(request: Request) -> Any:
    return overview(request)


@endpoint("second_factor", "/preferences/second-factor", "POST")
def change(request: Request) -> Any:
    """Set up, take off, or fresh recovery codes, as the button says; each asks once more who is there."""
    given = str(request.POST.get("proof", ""))[:_LONGEST]
    wanted, number = str(request.POST.get("do", "")), str(request.POST.get("passkey", ""))
    try:
        prove(request.env, request.secret, given, address=request.address)
        if wanted == "passkey":
            return _ask_for_passkey(request)
        if wanted == "forget" and number.isdecimal() and len(number) < 19:
            remove_passkey(request.env, int(number))
            request.toast(_("The passkey has been removed."))
        if wanted == "set up":
            begin_app(request.env, request.secret)
            return redirect(request, request.path_of("second_factor_app"))
        if wanted == "codes" and factors_of(request.env.session, request.env.user_id).any:
            return show_codes(request, new_codes(request.env.session, request.secret, request.env.user_id))
        if wanted == "off":
            remove_app(request.env)
            end_all_sessions(request.env.session, request.env.user_id, but=request.signed_in.session_id)
            request.toast(_("The app is not asked for any more."))
    except (ValidationFailed, TooManyAttempts, TooManyPasskeys) as refused:
        return overview(request, refused, wanted + number)
    return redirect(request, request.path_of("second_factor"))


@endpoint("second_factor_app", "/preferences/second-factor/app", "GET")
def show_key(request: Request) -> Any:
    return _app_page(request)


@endpoint("second_factor_app", "/preferences/second-factor/app", "POST")
def confirm(request: Request) -> Any:
    """The app shows the right code, so both sides have the key; from now on the sign-in asks for it."""
    try:
        codes = confirm_app(request.env, request.secret, str(request.POST.get("code", ""))[:_LONGEST])
    except (ValidationFailed, TooManyAttempts) as refused:
        return _app_page(request, refused)
    end_all_sessions(request.env.session, request.env.user_id, but=request.signed_in.session_id)
    request.toast(_("The second factor is set up."))
    if codes is None:
        return redirect(request, request.path_of("second_factor"))
    return show_codes(request, codes)


def _ask_for_passkey(request: Request) -> Any:
    """On to the page on which the device makes one."""
    name, login = str(request.POST.get("name", "")), request.signed_in.login
    token = begin_adding(request.env, request.secret, needed_party(request), name, login=login)
    response = redirect(request, request.path_of("new_passkey"))
    write_step(request, response, token)
    return response


def overview(request: Request, problem: UserError | None = None, about: str = "") -> Any:
    """What the account has, and what can be done about it."""
    session, user_id = request.env.session, request.env.user_id
    factors = factors_of(session, user_id)
    values = {
        "title": TITLE,
        "breadcrumbs": preference_crumbs(request, TITLE),
        "factors": factors,
        "codes_left": _n("{n} code is left.", "{n} codes are left.", factors.codes),
        "passkeys": own_passkeys(request.env),
        "can_have_passkeys": party_of(request) is not None,
        "device": device_of(request.user_agent or "") or "",
        "proof": proof_asked(session, user_id),
        "must_enrol": request.signed_in.must_enrol,
        "problem": None if problem is None else words(problem, "proof"),
        "about": about,
    }
    return render(request, "second_factor.pt", values, status=200 if problem is None else status_of(problem))


def show_codes(request: Request, codes: list[str]) -> Any:
    """The one time that they can be read."""
    title = _("Recovery codes")
    values = {"title": title, "codes": codes, "breadcrumbs": factor_crumbs(request, title)}
    return render(request, "recovery_codes.pt", values)


def words(problem: UserError, field: str) -> str:
    """What the form says at its one field."""
    found = problem.problems if isinstance(problem, ValidationFailed) else {}
    return " ".join(str(text) for text in found.get(field) or found.get("") or [problem.message])


def _app_page(request: Request, problem: UserError | None = None) -> Any:
    key = key_to_confirm(request.env.session, request.secret, request.env.user_id)
    if key is None:
        return redirect(request, request.path_of("second_factor"))
    import segno  # once in the life of an account

    title = _("Authenticator app")
    picture = segno.make(address_of(key, request.signed_in.login, ISSUER), error="m", micro=False)
    values = {
        "title": title,
        "breadcrumbs": factor_crumbs(request, title),
        "picture": picture.svg_data_uri(scale=5, border=4, light="#fff"),
        "key": key_in_words(key),
        "problem": None if problem is None else words(problem, "code"),
    }
    return render(
        request, "second_factor_app.pt", values, status=200 if problem is None else status_of(problem)
    )


def factor_crumbs(request: Request, title: Any) -> list[Crumb]:
    way = preference_crumbs(request, TITLE)
    return [*way[:-1], Crumb(TITLE, request.path_of("second_factor")), Crumb(title)]
