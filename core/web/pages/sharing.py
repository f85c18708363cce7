"""Sharing a record by hand: who has it, withdrawing, and giving it to colleagues, as a dialog and as a page."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from core.auth.models.sharing import MAY, READ, is_shareable
from core.auth.sharing_by_hand import SHARE, share_record, shares_of, today, withdraw
from core.errors import AccessDenied, NotFound, UserError, ValidationFailed
from core.i18n import _, current_language
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.fields import Field
from core.web.forms import RecordForm, Typed, refuse_unknown_names
from core.web.pages.records import id_of, model_of, part, record_crumbs
from core.web.pages.records_name import title_of
from core.web.pages.records_once import KEY, first_answer, known_answer, new_key, remember_answer
from core.web.redirects import redirect, safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.entry import Setting

CONTROLS: Final = (KEY, "find", "next", "run")
_PATTERN: Final = r"/r/{model}/{id:\d{1,19}}/share"


@endpoint("share", _PATTERN, "GET")
def ask(request: Request) -> Any:
    """Who has the record by hand, and a form for more colleagues."""
    info, record = _record(request)
    return _page(request, info, record, _form(request))


@endpoint("share", _PATTERN, "POST")
def give(request: Request) -> Any:
    """Share it; the dialog stays open and shows who has the record now."""
    if (known := known_answer(request)) is not None:
        return known
    env, (info, record) = request.env, _record(request)
    form = _form(request)
    form.read(request.POST, complete=True)
    refuse_unknown_names(request.POST, form, *CONTROLS)
    if "find" in request.POST:
        name = str(request.POST["find"])
        form.find(name, str(request.POST.get(f"find.{name}", "")))
        return _page(request, info, record, form)
    if not form.check():
        return _page(request, info, record, form, status=422)
    values = form.changed()
    if (answer := first_answer(request)) is not None:
        return answer
    try:
        with attempt(env):
            share_record(env, record, values.get("users") or (), values.get("may") or "", values.get("until"))
    except ValidationFailed as refusal:
        form.refuse(refusal)
        return _page(request, info, record, form, status=422)
    except UserError as refusal:
        form.problems.append(refusal.message)
        return _page(request, info, record, form, status=422)
    request.toast(_("Shared."))
    if request.is_partial:
        return _page(request, info, record, _form(request))
    return remember_answer(request, f"/r/{info.key}/{record.id}/share")


@endpoint("withdraw_share", r"/shares/{share:\d{1,18}}/withdraw", "POST")
def take_back(request: Request) -> Any:
    """Withdraw one share, from the dialog of a record or from the list of shares."""
    withdraw(request.env, int(request.matchdict["share"]))
    request.toast(_("The share is withdrawn."))
    return redirect(request, safe_next(request.POST.get("next"), "/p/base.shares"))


def _record(request: Request) -> tuple[ModelInfo, Any]:
    """The record, for whoever may share it; NotFound where it is not to be seen."""
    env, info = request.env, model_of(request)
    if not is_shareable(info):
        raise NotFound()
    record = env.get(info.cls, id_of(request))
    if not env.can(SHARE, record):
        raise AccessDenied(_("Only the owner of a record and the owner's direct superior can share it."))
    return info, record


def _form(request: Request) -> RecordForm:
    users = Field("many2many", _("Colleagues"))
    users.name, users.required, users.target_key = "users", True, "base.user"
    may = Field("selection", _("May"), choices=MAY)
    may.name, may.required = "may", True
    until = Field("date", _("Until (empty: until it is withdrawn)"))
    until.name = "until"
    setting = Setting(
        current_language(), request.env.timezone, request.signed_in.currency,
        lambda _entry: "/r/base.share/choices?field=user",
    )  # fmt: skip
    typed = [Typed(one, one.label, True) for one in (users, may, until)]
    stored: dict[str, date | str | list[int] | None] = {"users": [], "may": READ, "until": None}
    return RecordForm(request.env, typed, setting, stored)


def _page(request: Request, info: ModelInfo, record: Any, form: RecordForm, *, status: int = 200) -> Any:
    form.add_labels()
    env, name, path = request.env, title_of(request.env, record), f"/r/{info.key}/{record.id}"
    values = {
        "title": _("Share"), "name": name, "form": form, "action": f"{path}/share", "record_url": path,
        "shares": shares_of(env, info, record.id), "key": new_key(), "today": today(env),
        "breadcrumbs": record_crumbs(info, record.id, name, _("Share")), "as_dialog": request.is_partial,
        "further_attributes": lambda _entry: {}, "edit_part": part(request, "edit.pt"),
        "share_part": part(request, "share.pt"), "problems": list(form.problems),
        "back": path if request.is_partial else f"{path}/share",
    }  # fmt: skip
    return render(request, "share.pt", values, status=status, macro="dialog" if request.is_partial else None)
