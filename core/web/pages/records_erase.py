"""Erasing a person's data on request: first what will be gone and what stays, then a reason, then it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import NotFound, UserError, ValidationFailed
from core.i18n import LazyString, _, _n
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.erasing import ERASE, erasable, erase, reach_of
from core.orm.erasing_texts import MOST, Key, Places, mask_places, places_of
from core.web import errors
from core.web.pages.records import id_of, model_of, record_crumbs
from core.web.pages.records_history import name_of_record
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Text:
    """A text of another record that names the person; `around` is None where only its past does."""

    value: str
    name: str
    url: str | None
    model: LazyString
    field: LazyString
    around: tuple[str, str, str] | None
    is_chosen: bool


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
    is_for_texts = bool(request.POST.get("texts_only"))
    try:
        with attempt(env):
            _refuse_without_reason(reason)
            masked = mask_places(env, info, [key], _chosen(request), reason)
            if not is_for_texts:
                erase(env, info, [key], reason)
    except NotFound:
        raise
    except UserError as refusal:
        return _form(request, refusal)
    if is_for_texts:
        text = _n("{n} text no longer names the person.", "{n} texts no longer name the person.", masked)
        request.toast(text)
        return remember_answer(request, f"/r/{info.key}/{key}/erase")
    request.toast(_("The personal data were erased. From the history they disappear within a minute."))
    return remember_answer(request, f"/r/{info.key}/{key}/history")


def _form(request: Request, refusal: UserError | None = None) -> Any:
    env, info, key = request.env, model_of(request, ERASE), id_of(request)
    if not erasable(env, info):
        raise NotFound()
    groups = reach_of(env, info, [key])
    name = name_of_record(request, info, key)
    places = places_of(env, info, [key])
    chosen = _chosen(request) if request.method == "POST" else None
    values = {
        "title": _("Erase personal data"), "info": info, "name": name, "groups": groups, "key": new_key(),
        "problem": refusal.message if refusal else None, "reason": request.POST.get("reason", ""),
        "back": f"/r/{info.key}/{key}", "longest": LONGEST_REASON,
        "texts": _texts(env, places, chosen), "is_cut": places.is_cut, "most": MOST,
        "unsearched": [one.plural if one is not None else _("History") for one in places.unsearched],
        "breadcrumbs": record_crumbs(info, key, name, _("Erase personal data")),
    }  # fmt: skip
    return render(request, "erase.pt", values, status=errors.status_of(refusal) if refusal else 200)


def _refuse_without_reason(reason: str) -> None:
    if not reason:
        raise ValidationFailed.at("reason", _("{name} is required.", name=_("Reason")))


def _chosen(request: Request) -> set[Key]:
    """The texts whose boxes are ticked."""
    found = set()
    for one in request.POST.getall("text")[:MOST]:
        model, _colon, rest = str(one).partition(":")
        key, _colon, name = rest.partition(":")
        if key.isascii() and key.isdecimal() and len(key) < 19:
            found.add((model, int(key), name))
    return found


def _texts(env: Env, places: Places, chosen: set[Key] | None) -> list[Text]:
    """A longer text is chosen from the first; a value that is nothing else may be of somebody of the same name."""
    wanted: dict[str, set[int]] = {}
    for place in places.found:
        wanted.setdefault(place.info.key, set()).add(place.record_id)
    names = env.labels_of(wanted, binned=None)
    return [
        Text(
            ":".join(map(str, one.key)), names.get(one.key[:2], f"#{one.record_id}"), _url(one.info, one.record_id),
            one.info.label, one.field.label, one.around,
            one.key in chosen if chosen is not None else not one.is_whole,
        )
        for one in places.found
    ]  # fmt: skip


def _url(info: ModelInfo, key: int) -> str | None:
    return f"/r/{info.key}/{key}" if info.whole is None else None
