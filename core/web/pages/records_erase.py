"""Erasing a person's data on request: first what will be gone and what stays, then a reason, then it is done."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound, UserError, ValidationFailed
from core.i18n import _
from core.orm.attempts import attempt
from core.orm.erasing import ERASE, erasable, erase, reach_of
from core.web import errors
from core.web.pages.records import id_of, model_of, record_crumbs
from core.web.pages.records_history import name_of_record
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

LONGEST_REASON = 500


@endpoint("erase_record", r"/r/{model}/{id:\d{1,19}}/erase", "GET")
def ask(request: Request) -> Any:
    """What the erasure will reach. Also of a record in the bin."""
    return _form(request)


@endpoint("erase_record", r"/r/{model}/{id:\d{1,19}}/erase", "POST")
def carry_out(request: Request) -> Any:
    """It cannot be undone; hence a reason and a mark are asked for."""
    env, info, key = request.env, model_of(request, ERASE), id_of(request)
    answer = known_answer(request)
    if answer is not None:
        return answer
    reason = str(request.POST.get("reason", "")).strip()[:LONGEST_REASON]
    if not request.POST.get("confirmed"):
        return _form(
            request, ValidationFailed.at("", _("Please confirm that you have read what will be erased."))
        )
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(env):
            erase(env, info, [key], reason)
    except NotFound:
        raise
    except UserError as refusal:
        return _form(request, refusal)
    request.toast(_("The personal data were erased. From the history they disappear within a minute."))
    return remember_answer(request, f"/r/{info.key}/{key}/history")


def _form(request: Request, refusal: UserError | None = None) -> Any:
    env, info, key = request.env, model_of(request, ERASE), id_of(request)
    if not erasable(env, info):
        raise NotFound()
    groups = reach_of(env, info, [key])
    name = name_of_record(request, info, key)
    values = {
        "title": _("Erase personal data"), "info": info, "name": name, "groups": groups, "key": new_key(),
        "problem": refusal.message if refusal else None, "reason": request.POST.get("reason", ""),
        "back": f"/r/{info.key}/{key}", "longest": LONGEST_REASON,
        "breadcrumbs": record_crumbs(info, key, name, _("Erase personal data")),
    }  # fmt: skip
    return render(request, "erase.pt", values, status=errors.status_of(refusal) if refusal else 200)
