"""Making and changing a record: the form of any model, with hints, conflicts and everything that can go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from core.errors import BadRequest, Conflict, NotFound, StateForbids, UserError, ValidationFailed
from core.i18n import _
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import MISSING, TO_MANY
from core.views.effective import EffectiveForm
from core.views.hint import Hint, ask_hints
from core.views.resolve import form_for
from core.web import errors
from core.web.forms import refuse_unknown_names, stored_values, typed_fields, typed_on
from core.web.pages.records import (
    crumbs,
    id_of,
    model_of,
    part,
    place,
    record_crumbs,
    require_record,
    setting,
    undo_of,
)
from core.web.pages.records_conflict import Clash, choices_made, clashes
from core.web.pages.records_form_shown import asked_while_typing, fixed_values, left_open
from core.web.pages.records_name import title_of
from core.web.pages.records_once import KEY, first_answer, known_answer, new_key, remember_answer, sent_key
from core.web.pages.records_page import binned
from core.web.pages.records_parts import LINES, begin, complete, is_live, part_forms, press
from core.web.pages.records_shut import left_to_change, refused_page
from core.web.part_live import pick
from core.web.redirects import safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.saving import save as save_seen
from core.web.uploads import keep_chosen, register_chosen
from core.web.whole_form import WholeForm
from core.web.widgets.entry import fingerprint
from core.web.widgets.table import NUMERIC

CONTROLS: Final = ("version", KEY, "confirmed", "next", "again", "find", "save", LINES)
_NOTHING: Final = MISSING


@endpoint("new_record", "/r/{model}/new", "GET")
def new(request: Request) -> Any:
    """An empty form; parameters of the address fill in what they name."""
    info = model_of(request, "create")
    view = form_for(request.env, info.key)
    form = empty_form(request, info, view)
    form.prefill(request.GET)
    begin(request.env, info, view, form, None, place(request))
    return _page(request, info, view, form)


@endpoint("new_record", "/r/{model}/new", "POST")
def create(request: Request) -> Any:
    """Make a record of the fields that this form may write."""
    env, info = request.env, model_of(request, "create")
    if (known := known_answer(request)) is not None:
        return known
    view = form_for(env, info.key)
    form = empty_form(request, info, view)
    _read(request, info, form, None)
    if _only_renewed(request, info, form, None):
        return _page(request, info, view, form)
    if not form.check():
        return _page(request, info, view, form, status=422)
    values = form.changed()
    hints = _hints(env, request, view, values)
    if hints:  # perhaps of what this very form has just made, in another tab
        return known_answer(request) or _page(request, info, view, form, hints=hints)
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(env):
            register_chosen(request, form)
            (key,) = env.create_many(info.cls, [values], strict=True)
    except UserError as refusal:
        return _refused(request, info, view, form, refusal)
    request.toast(_("{model} was created.", model=info.label))
    return remember_answer(request, _after_create(request, info, key))


def _after_create(request: Request, info: ModelInfo, key: int) -> str:
    target = safe_next(request.POST.get("next"), "")
    if request.POST.get("again"):
        return str(request.path_qs)
    return target or f"/r/{info.key}/{key}"


@endpoint("edit_record", r"/r/{model}/{id:\d{1,19}}/edit", "GET")
def edit(request: Request) -> Any:
    """The form of a record."""
    info, key = model_of(request, "update"), id_of(request)
    view = form_for(request.env, info.key)
    try:
        record = request.env.get(info.cls, key)
    except NotFound:
        return binned(request, info, key)
    try:
        require_record(request, info, record, "update")
    except StateForbids as refusal:
        return refused_page(request, info, record, refusal, *info.always_editable)
    view = left_open(request.env, info, view, record)
    form = form_of(request, info, view, record)
    begin(request.env, info, view, form, record, place(request))
    return _page(request, info, view, form, record=record)


@endpoint("edit_record", r"/r/{model}/{id:\d{1,19}}/edit", "POST")
def save(request: Request) -> Any:
    """Write what was touched; what others changed in the meantime is merged, or shown to choose from."""
    env, info, key = request.env, model_of(request, "update"), id_of(request)
    if (known := known_answer(request)) is not None:
        return known
    view, version = form_for(env, info.key), _version(request)
    try:
        record = env.get(info.cls, key)
    except NotFound:
        return binned(request, info, key)
    form = form_of(request, info, view, record)
    _read(request, info, form, record)
    if _only_renewed(request, info, form, record):
        return _page(request, info, view, form, record=record, version=version)
    if not form.check():
        return _page(request, info, view, form, record=record, version=version, status=422)
    values = choices_made(request.POST, form.changed())
    hints = _hints(env, request, view, values and {**values, "id": key})
    if hints:
        shown = {"record": record, "version": version, "hints": hints}
        return known_answer(request) or _page(request, info, view, form, **shown)
    answer = first_answer(request)
    if answer is not None:
        return answer
    target = safe_next(request.POST.get("next"), f"/r/{info.key}/{key}")
    if not values:
        request.toast(_("Nothing was changed."), "info")
        return remember_answer(request, target)
    try:
        save_seen(env, info, key, version, values, partial(register_chosen, request, form))
    except Conflict as conflict:
        found = [_at_cell(form, one) for one in clashes(env, info, conflict, place(request))]
        record = env.get(info.cls, key)
        for parts in form.lists.values():
            parts.catch_up()
        return _page(request, info, view, form, record=record, clashes=found, refusal=conflict, status=409)
    except UserError as refusal:
        return _refused(request, info, view, form, refusal, record=record, version=version)
    request.toast(_("Saved."), undo=undo_of(request, info))
    return remember_answer(request, target)


def _read(request: Request, info: ModelInfo, form: WholeForm, record: Any) -> None:
    """Take what was sent, of a new record as a whole; files are kept until it is saved."""
    form.read(request.POST, complete=record is None)
    refuse_unknown_names(request.POST, form, *CONTROLS)
    keep_chosen(request, form)
    pick(request.env, info, form, record)


def _only_renewed(request: Request, info: ModelInfo, form: WholeForm, record: Any) -> bool:
    """Whether a button was pressed that only renews the page, for people without scripts."""
    if LINES in request.POST:
        press(request.env, info, form, record, str(request.POST[LINES]))
    return LINES in request.POST or "find" in request.POST


def _at_cell(form: WholeForm, clash: Clash) -> Clash:
    """A clash in a row is decided under the name of its cell."""
    parts = form.lists.get(clash.name.partition(".")[0])
    return clash if parts is None else replace(clash, name=parts.cell_at(clash.name))


def _version(request: Request) -> int:
    text = str(request.POST.get("version", ""))
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10):
        raise BadRequest(
            _("The form does not say which version of the record it shows. Please open it again.")
        )
    return int(text)


def empty_form(request: Request, info: ModelInfo, view: EffectiveForm) -> WholeForm:
    """The inputs of a new record, with what the kernel would fill in."""
    env = request.env
    typed = typed_fields(view.editable)
    stored = {}
    for one in typed:
        default = one.source.default
        if default is not MISSING and default is not None:
            stored[one.source.name] = default(env) if callable(default) else default
    return WholeForm(env, typed, setting(request, info), stored, part_forms(request, view, None))


def form_of(request: Request, info: ModelInfo, view: EffectiveForm, record: Any) -> WholeForm:
    """The inputs of a record."""
    typed = typed_on(request.env, record, view.editable)
    stored = stored_values(request.env, record, [one.source for one in typed])
    lists = part_forms(request, view, record)
    return WholeForm(request.env, typed, setting(request, info, record=record), stored, lists)


def _hints(env: Env, request: Request, view: EffectiveForm, values: Mapping[str, Any]) -> list[Hint]:
    """What should be considered before saving, unless it has been."""
    if not values:
        return []
    found = ask_hints(env, view.hints, values)
    return [] if request.POST.get("confirmed") == _seen(found) else found


def _seen(found: list[Hint]) -> str:
    """What a form sends back of the hints it has shown: other hints are shown again."""
    return fingerprint("\n".join(f"{one.text}{one.url}" for one in found))


def _refused(
    request: Request, info: ModelInfo, view: EffectiveForm, form: WholeForm, refusal: UserError, **more: Any
) -> Any:
    """The form again with what was typed and the reasons at their places."""
    if isinstance(refusal, NotFound):
        raise refusal
    if isinstance(refusal, ValidationFailed):
        form.refuse(refusal)
    else:
        form.problems.append(refusal.message)
    return _page(request, info, view, form, status=errors.status_of(refusal), **more)


def _page(
    request: Request, info: ModelInfo, view: EffectiveForm, form: WholeForm, *, record: Any = None,
    version: int | None = None, hints: list[Hint] | None = None, clashes: list[Clash] | None = None,
    refusal: UserError | None = None, status: int = 200,
) -> Any:  # fmt: skip
    env = request.env
    wanted = str(request.POST.get("find", ""))
    if wanted:
        form.find(wanted, str(request.POST.get(f"find.{wanted}", ""))[:100])
    form.add_labels()
    if request.method == "POST":
        complete(env, info, view, form, record, place(request))
    name = title_of(env, record) if record is not None else ""
    back = f"/r/{info.key}/{record.id}" if record is not None else f"/r/{info.key}"
    way = crumbs(info, _("New")) if record is None else record_crumbs(info, record.id, name, _("Edit"))
    values = {
        "info": info, "view": view, "form": form, "record": record, "hints": hints or [], "clashes": clashes or [],
        "refusal": refusal, "fixed": fixed_values(request, info, view, record), "key": new_key(),
        "version": (version or record.version) if record is not None else None,
        "next": safe_next(request.params.get("next"), ""), "problems": form.summary(),
        "cancel": safe_next(request.params.get("next"), back), "breadcrumbs": way,
        "title": name or _("New: {model}", model=info.label), "many": TO_MANY,
        "confirmed": _seen(hints) if hints else request.POST.get("confirmed"),
        "further_attributes": asked_while_typing(info, bool(view.hints) and record is None),
        "edit_part": part(request, "edit.pt"), "live_url": _live_url(env, info, form, record),
        "numeric": NUMERIC, **left_to_change(request, info, record),
    }  # fmt: skip
    return render(request, "edit.pt", values, status=status)


def _live_url(env: Env, info: ModelInfo, form: WholeForm, record: Any) -> str | None:
    """Where the page asks what follows from what is typed."""
    return (
        f"/r/{info.key}/{record.id if record is not None else 'new'}/live"
        if is_live(env, info, form)
        else None
    )


__all__ = ["create", "edit", "empty_form", "form_of", "new", "save", "sent_key"]
