"""One addon: what it brings, what was done with it, its switch in each company, and asking for an operation."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from core.base.addon_pages import ADDONS, addons
from core.errors import BadRequest, NotFound, UserError
from core.i18n import _
from core.lifecycle.activation import disable, enable
from core.lifecycle.addon_contents import contents_of
from core.lifecycle.addon_overview import (
    COMPANIES_AT_ONCE,
    STATES,
    AddonState,
    addon_state,
    companies_of,
    decides_on,
    require_administrator,
    switched_in,
)
from core.lifecycle.errors import DependenciesNeeded, UnknownAddon
from core.lifecycle.operations_now import KINDS, history_of, operation_now
from core.lifecycle.plans.words import PURPOSES
from core.lifecycle.wishes import ask, may_wish, wishes_about
from core.orm.attempts import attempt
from core.web import errors
from core.web.navigation import Crumb
from core.web.redirects import redirect, safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_PATTERN: Final = "/addons/{addon:[a-z][a-z0-9_]{2,30}}"
ICONS: Final = {
    "install": "plus", "upgrade": "arrow-up", "remove": "package-export", "restore": "package-import",
    "purge": "trash", "empty": "eraser",
}  # fmt: skip


@endpoint("addon", _PATTERN, "GET")
def show(request: Request) -> Any:
    """For administrators; operations on the deployment are a system administrator's."""
    return _page(request, addon_state(request.env, request.matchdict["addon"]))


@endpoint("switch_addon", _PATTERN + "/switch", "POST")
def switch(request: Request) -> Any:
    """On or off for one company, from its next click on. What else has to come along is asked for once."""
    env, name = request.env, request.matchdict["addon"]
    require_administrator(env)
    company, on = _number(request, "company"), request.POST.get("on") == "1"
    if not decides_on(env, company):
        raise NotFound()
    back = safe_next(request.POST.get("next"), ADDONS.url)
    try:
        with attempt(env):
            if on:
                done = enable(env, company, name, with_dependencies=request.POST.get("all") == "1")
            else:
                done = disable(env, company, name)
    except DependenciesNeeded as needed:
        return _needed(request, company, needed, back)
    except UnknownAddon:
        raise NotFound() from None
    except UserError as refused:
        return _refused(request, name, refused, back)
    titles = {one.name: one.manifest.title for one in env.composition.loaded}
    names = [titles[one] for one in done.addons]
    said = _("Switched on: {addons}.", addons=names) if on else _("Switched off: {addons}.", addons=names)
    if names:
        request.toast(said)
    return redirect(request, back)


@endpoint("plan_addon", _PATTERN + "/plan", "POST")
def plan(request: Request) -> Any:
    """Have a worker work out what an operation would do."""
    kind = str(request.POST.get("kind", ""))
    company = _number(request, "company") if kind == "empty" else None
    key = ask(request.env, kind, request.matchdict["addon"], company)
    return redirect(request, request.path_of("addon_wish", id=key))


def command_line(kind: str, addon: str, company: str | None = None) -> str:
    """What does the same without the page."""
    return f"keyuan addon {kind} {addon}" + (f" --company {company}" if company else "")


def _number(request: Request, name: str) -> int:
    value = str(request.POST.get(name, ""))
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise BadRequest()
    return int(value)


def _needed(request: Request, company: int, needed: DependenciesNeeded, back: str) -> Any:
    values = {
        "title": _("Switch on"), "problem": needed.message, "company": company, "back": back,
        "addon": request.matchdict["addon"], "breadcrumbs": [Crumb(ADDONS.title, ADDONS.url), Crumb(_("Switch on"))],
    }  # fmt: skip
    return render(request, "addon_switch.pt", values)


def _refused(request: Request, name: str, refused: UserError, back: str) -> Any:
    """The page on which the switch was, with the reason."""
    status = errors.status_of(refused)
    if back.startswith(request.path_of("addon", addon=name)):
        return _page(request, addon_state(request.env, name), refused, status)
    values = {"title": ADDONS.title, **addons(request.env, {}), "problem": refused.message}
    return render(request, ADDONS.template, values, status=status)


def _page(request: Request, one: AddonState, refused: UserError | None = None, status: int = 200) -> Any:
    env, everything = request.env, "all" in request.GET
    keeps_all = may_wish(env)
    history, has_more = history_of(env, one.name, everything=everything)
    begin, text = _offset(request), request.GET.get("company", "").strip()[:100]
    companies, more = companies_of(env, begin, text)
    here = request.path_of("addon", addon=one.name)
    values = {
        "title": one.title, "one": one, "states": STATES, "keeps_all": keeps_all, "companies": companies,
        "switched": switched_in(env, one.name, [company.id for company in companies]),
        "begin": begin, "text": text, "here": _with(here, company=text, **{"from": begin}),
        "next_companies": _with(here, company=text, **{"from": begin + COMPANIES_AT_ONCE}) if more else None,
        "groups": contents_of(env, one.name), "history": history, "has_more": has_more, "now": operation_now(env),
        "wishes": wishes_about(env, one.name) if keeps_all else [], "kinds": KINDS, "purposes": PURPOSES,
        "icons": ICONS, "problem": refused.message if refused is not None else None,
        "breadcrumbs": [Crumb(ADDONS.title, ADDONS.url), Crumb(one.title)],
    }  # fmt: skip
    return render(request, "addon.pt", values, status=status)


def _with(path: str, **params: object) -> str:
    """The page with what is asked for, without what is not."""
    asked = urlencode({name: value for name, value in params.items() if value})
    return f"{path}?{asked}" if asked else path


def _offset(request: Request) -> int:
    """From which company on the list is shown."""
    given = request.GET.get("from", "0")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
