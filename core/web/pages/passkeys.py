"""Passkeys in the browser: making one for the own account, and signing in with one."""

from __future__ import annotations

from typing import Any, Final

from core.auth.passkeys import ADDING, ENTERING, PasskeyRefused, add, begin_entering, enter, options_of
from core.auth.sessions import SECOND_STEP, NoCompany
from core.auth.steps import StepOver
from core.i18n import _
from core.web.cookies import clear_step, read_step, write_step
from core.web.devices import device_of
from core.web.pages.login import go_on, step_path, to_sign_in
from core.web.pages.second_factor import factor_crumbs, overview, show_codes
from core.web.party import needed_party
from core.web.redirects import redirect, safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_LONGEST: Final = 20_000


@endpoint("new_passkey", "/preferences/passkeys/new", "GET")
def ask_for_new(request: Request) -> Any:
    """The device is asked to make one, as soon as somebody presses the button."""
    try:
        options = options_of(request.env.session, ADDING, read_step(request))
    except StepOver:
        return redirect(request, request.path_of("second_factor"))
    title = _("New passkey")
    values = {"title": title, "breadcrumbs": factor_crumbs(request, title), "options": options}
    return render(request, "passkey_new.pt", values)


@endpoint("new_passkey", "/preferences/passkeys/new", "POST")
def keep_new(request: Request) -> Any:
    answer = str(request.POST.get("answer", ""))[:_LONGEST]
    if not answer:  # sent without the device having been asked
        return redirect(request, request.path_of("new_passkey"))
    try:
        codes = add(request.env, request.secret, needed_party(request), read_step(request), answer)
    except (StepOver, PasskeyRefused) as refused:
        return overview(request, refused, "passkey")
    request.toast(_("The passkey works from now on."))
    response = (
        redirect(request, request.path_of("second_factor")) if codes is None else show_codes(request, codes)
    )
    clear_step(request, response)
    return response


@endpoint("login_passkey", "/login/passkey", "POST", public=True)
def sign_in(request: Request) -> Any:
    """Without an answer of the device: begin to ask for one. With it: the session."""
    target = safe_next(request.POST.get("next"))
    answer = str(request.POST.get("answer", ""))[:_LONGEST]
    try:
        return _enter(request, answer, target) if answer else _begin(request, target)
    except (StepOver, PasskeyRefused, NoCompany) as refused:
        return to_sign_in(request, target, refused)


@endpoint("login_passkey", "/login/passkey", "GET", public=True)
def ask(request: Request) -> Any:
    """The page on which the browser asks for the passkey."""
    target = safe_next(request.GET.get("next"))
    try:
        options = _wanted(request)[1]
    except StepOver:
        return redirect(request, step_path("/login", target))
    values = {"title": _("Passkey"), "options": options, "next": target}
    return render(request, "login_passkey.pt", values)


def _begin(request: Request, target: str) -> Any:
    half = read_step(request) if request.POST.get("half") else None
    token = begin_entering(request.database, needed_party(request), half)
    response = redirect(request, step_path("/login/passkey", target))
    write_step(request, response, token)
    return response


def _enter(request: Request, answer: str, target: str) -> Any:
    kind, agent = _wanted(request)[0], device_of(request.user_agent or "")
    found = enter(
        request.database, needed_party(request), kind, read_step(request), answer, address=request.address, agent=agent
    )  # fmt: skip
    return go_on(request, found, target)


def _wanted(request: Request) -> tuple[str, str]:
    """Which step this browser is in, and what its device is asked. Raises `StepOver`."""
    for kind in (ENTERING, SECOND_STEP):
        try:
            options = options_of(request.database, kind, read_step(request))
        except StepOver:
            continue
        if options is not None:
            return kind, options
    raise StepOver()
