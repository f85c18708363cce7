"""The keys by which programs work in one's own name: made, shown once, told apart, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from core.auth.api_keys import USE
from core.auth.api_keys_kept import (
    DAYS,
    MOST_DAYS,
    NewKey,
    make_key,
    own_dead_keys,
    own_keys,
    refuse_without_right,
    revoke_own,
    types_to_choose,
)
from core.auth.models.api_key import LONGEST_NAME, READ, SCOPES, ApiKey
from core.auth.second_factor import proof_asked, prove
from core.auth.throttle import TooManyAttempts
from core.errors import UserError, ValidationFailed
from core.i18n import LazyString, _
from core.web.errors import status_of
from core.web.navigation import Crumb
from core.web.pages.preferences import preference_crumbs
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

TITLE: Final = _("API keys")
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form asks for, as it was typed."""

    name: str = ""
    scope: str = READ
    models: tuple[str, ...] = ()
    days: str = str(DAYS)

    @classmethod
    def sent(cls, request: Request) -> Wish:
        name, scope, days = (str(request.POST.get(one, ""))[:_LONGEST] for one in ("name", "scope", "days"))
        return cls(name, scope, tuple(map(str, request.POST.getall("models"))), days.strip())


@endpoint("api_keys", "/preferences/api-keys", "GET")
def show(request: Request) -> Any:
    return _overview(request)


@endpoint("api_keys", "/preferences/api-keys", "POST")
def make(request: Request) -> Any:
    """A new key; asks once more who is there."""
    wish, given = Wish.sent(request), str(request.POST.get("proof", ""))[:_LONGEST]
    days = int(wish.days) if wish.days.isdecimal() and len(wish.days) < 6 else 0
    try:
        refuse_without_right(request.env)
        prove(request.env, request.secret, given, address=request.address)
        made = make_key(request.env, wish.name, wish.scope, wish.models, days)
    except (ValidationFailed, TooManyAttempts) as refused:
        return _overview(request, wish, refused)
    return _show_secret(request, made)


@endpoint("revoke_api_key", r"/preferences/api-keys/{id:\d{1,18}}", "POST")
def revoke_one(request: Request) -> Any:
    """It opens nothing from this moment on."""
    revoke_own(request.env, int(request.matchdict["id"]))
    request.toast(_("The key has been revoked."))
    return redirect(request, request.path_of("api_keys"))


@endpoint("revoke_api_keys", "/preferences/api-keys/revoke", "POST")
def revoke_all(request: Request) -> Any:
    """So do all of the user's in this company."""
    revoke_own(request.env)
    request.toast(_("All your keys of this company have been revoked."))
    return redirect(request, request.path_of("api_keys"))


def _overview(request: Request, wish: Wish | None = None, problem: UserError | None = None) -> Any:
    env, caller = request.env, request.signed_in
    may_have = env.can(USE, ApiKey)
    problems = _problems(problem)
    values = {
        "title": TITLE,
        "breadcrumbs": preference_crumbs(request, TITLE),
        "company": caller.company_name,
        "may_have": may_have,
        "live": own_keys(env),
        "over": own_dead_keys(env),
        "scopes": SCOPES,
        "types": [(info.key, str(info.plural)) for info in types_to_choose(env)] if may_have else [],
        "wish": wish or Wish(),
        "limits": {"name": LONGEST_NAME, "days": MOST_DAYS},
        "proof": proof_asked(env.session, caller.user_id),
        "factor": request.registry.settings["keyuan.templates"]["second_factor.pt"].file,
        "problems": problems,
        "problem": " ".join(problems.get("proof", problems.get("", []))) or None,
    }
    return render(request, "api_keys.pt", values, status=200 if problem is None else status_of(problem))


def _problems(problem: UserError | None) -> dict[str, list[str]]:
    if problem is None:
        return {}
    if not isinstance(problem, ValidationFailed):
        return {"proof": [str(problem.message)]}
    return {name: [str(text) for text in texts] for name, texts in problem.problems.items()}


def _show_secret(request: Request, made: NewKey) -> Any:
    """The one time that it can be read."""
    title: LazyString = _("Your new key")
    crumbs = [
        *preference_crumbs(request, TITLE)[:-1],
        Crumb(TITLE, request.path_of("api_keys")),
        Crumb(title),
    ]
    address = request.config.base_url.rstrip("/") + request.path_of("api_caller")
    values = {"title": title, "breadcrumbs": crumbs, "secret": made.secret, "address": address}
    return render(request, "api_key_new.pt", values)
