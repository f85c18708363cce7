"""A wish for the deployment on its way: its plan, the confirmation, how far it is, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from core.auth.models import Company
from core.base.addon_pages import ADDONS
from core.base.difference_pages import DIFFERENCES
from core.errors import AccessDenied, NotFound, UserError, ValidationFailed
from core.i18n import LazyString, _, _n
from core.lifecycle.addon_overview import overview
from core.lifecycle.offers import has_offers
from core.lifecycle.operations_now import KINDS, operation_now
from core.lifecycle.plans.life_plan import LINE_KINDS, LifePlan, Line, Words, words_from_json
from core.lifecycle.plans.words import HEADINGS, PURPOSES, rows_in_words
from core.lifecycle.wishes import Wish, confirm, drop, wish_of
from core.orm.attempts import attempt
from core.web import errors
from core.web.navigation import Crumb
from core.web.pages.addons import command_line
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_PATTERN: Final = r"/addon-wishes/{id:\d{1,18}}"
PATIENCE: Final = timedelta(seconds=10)
"""A worker takes a wish up within a second or two; after this the reader is told how to do without one."""
STATES: Final[dict[str, LazyString]] = {
    "asked": _("The plan is being made"), "planned": _("Waits for your confirmation"), "confirmed": _("Confirmed"),
    "running": _("Running"), "done": _("Done"), "failed": _("Failed"), "dropped": _("Dropped"),
}  # fmt: skip


@endpoint("addon_wish", _PATTERN, "GET")
def show(request: Request) -> Any:
    """The page asks again by itself while something is to be waited for."""
    return _page(request, _wish(request))


@endpoint("addon_wish", _PATTERN, "POST")
def accept(request: Request) -> Any:
    """Exactly the plan that was shown; another one is shown again."""
    wish, posted = _wish(request), request.POST
    try:
        with attempt(request.env):
            confirm(request.env, wish.id, str(posted.get("digest", "")), str(posted.get("typed", "")))
    except (AccessDenied, NotFound):
        raise
    except UserError as refused:
        return _page(request, _wish(request), refused)
    return redirect(request, request.path_of("addon_wish", id=wish.id))


@endpoint("drop_addon_wish", _PATTERN + "/drop", "POST")
def let_go(request: Request) -> Any:
    """Nothing has happened, and nothing will."""
    wish = _wish(request)
    try:
        with attempt(request.env):
            drop(request.env, wish.id)
    except (AccessDenied, NotFound):
        raise
    except UserError as refused:
        return _page(request, _wish(request), refused)
    request.toast(_("The plan is dropped. Nothing was changed."))
    return redirect(request, ADDONS.url)


def _wish(request: Request) -> Wish:
    return wish_of(request.env, int(request.matchdict["id"]))


def _page(request: Request, wish: Wish, refused: UserError | None = None) -> Any:
    env, plan = request.env, wish.plan
    known = overview(env).get(wish.addon)
    name = known.title if known is not None else wish.addon
    company = env.first(Company, Company.id == wish.company_id) if wish.company_id is not None else None
    title = _("{operation}: {addon}", operation=KINDS[wish.kind], addon=name)
    back = request.path_of("addon", addon=wish.addon) if known is not None else ADDONS.url
    values = {
        "title": title, "wish": wish, "state": _state(wish), "plan": plan, "company": company, "name": name,
        "groups": list(_groups(plan)) if plan is not None else [], "purpose": PURPOSES[wish.kind],
        "now": operation_now(env), "is_mine": wish.user_id == (env.real_user_id or env.user_id),
        "is_late": wish.state in ("asked", "confirmed") and env.now - wish.changed_at > PATIENCE,
        "command": command_line(wish.kind, wish.addon, company.code if company is not None else None),
        "done": _beside(plan, wish),
        "error": words_from_json(wish.outcome["error"]) if wish.outcome.get("error") else None,
        "problem": refused.message if refused is not None else None,
        "back": back,
        "typed_problem": isinstance(refused, ValidationFailed), "typed": str(request.POST.get("typed", "")),
        "expected": _expected(plan) if plan is not None else None, "rows_of": rows_in_words,
        "differences": DIFFERENCES if wish.kind == "upgrade" and wish.state == "done" and has_offers(env) else None,
        "breadcrumbs": [Crumb(ADDONS.title, ADDONS.url), Crumb(name, back if known else None), Crumb(KINDS[wish.kind])],
    }  # fmt: skip
    status = errors.status_of(refused) if refused is not None else 200
    return render(
        request, "addon_wish.pt", values, status=status, macro="status" if request.is_partial else None
    )


def _state(wish: Wish) -> LazyString:
    """What is refused waits for nobody."""
    refused = wish.state == "planned" and wish.plan is not None and wish.plan.refusals
    return _("Cannot be done now") if refused else STATES[wish.state]


def _expected(plan: LifePlan) -> LazyString:
    seconds = max(1, round(plan.seconds))
    return _n("Expected time: about {n} second.", "Expected time: about {n} seconds.", seconds)


def _beside(plan: LifePlan | None, wish: Wish) -> list[Words]:
    """What is to be told of the outcome beside the lines of the plan, which stand below."""
    said = wish.outcome.get("done")
    planned = {str(line.words) for line in plan.lines} if plan is not None else set()
    found = [words_from_json(words) for words in said] if isinstance(said, list) else []
    return [words for words in found if str(words) not in planned]


def _groups(plan: LifePlan) -> Iterator[tuple[LazyString, list[Line], int | None]]:
    """By kind, with the number of rows where that means something."""
    for kind in LINE_KINDS:
        lines = [line for line in plan.lines if line.kind == kind]
        counted = [line.rows for line in lines if line.rows is not None]
        if lines:
            yield HEADINGS[kind], lines, sum(counted) if counted else None
