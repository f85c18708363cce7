"""Steps and actions: a click when nothing is asked, a dialog when something is, for one record or for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.errors import AccessDenied, BadRequest, NotFound, StateForbids, UserError, ValidationFailed
from core.i18n import LazyString, _, _n
from core.lifecycle.accounts import ActFor
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.methods import Method
from core.orm.reach import has_something_to_do
from core.views.hint import GoTo, Hint
from core.web import errors
from core.web.forms import RECORD, RecordForm, refuse_unknown_names, stored_values, typed_arguments
from core.web.pages.acting import begin_acting
from core.web.pages.records import (
    AT_ONCE,
    crumbs,
    id_of,
    ids_in,
    method_of,
    model_of,
    part,
    record_crumbs,
    setting,
    undo_of,
)
from core.web.pages.records_completing import ALSO, asked_also, completing, refused_fields
from core.web.pages.records_name import title_of
from core.web.pages.records_once import (
    KEY,
    KEY_OF_LIST,
    first_answer,
    known_answer,
    new_key,
    remember_answer,
)
from core.web.pages.records_page import binned
from core.web.pages.records_shut import refused_page
from core.web.redirects import safe_next
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

CONTROLS: Final = (KEY, KEY_OF_LIST, "next", "find", "run", "id", ALSO)


@endpoint("record_method", r"/r/{model}/{id:\d{1,19}}/do/{method}", "GET")
def ask(request: Request) -> Any:
    """The dialog of a method, with proposals."""
    env, info, key = request.env, model_of(request), id_of(request)
    method = method_of(request, info)
    try:
        record = env.get(info.cls, key)
    except NotFound:
        return binned(request, info, key)
    try:
        _refuse_impossible(env, info, method, record)
    except StateForbids as refusal:
        if request.is_partial:
            raise
        return refused_page(request, info, record, refusal)
    form = _form(request, info, method, record)
    form.prefill(request.GET)
    return _dialog(request, info, method, form, [record])


@endpoint("record_method", r"/r/{model}/{id:\d{1,19}}/do/{method}", "POST")
def run(request: Request) -> Any:
    """Run it, then go where it leads: to the record it gives, else back."""
    env, info, key = request.env, model_of(request), id_of(request)
    method = method_of(request, info)
    if (known := known_answer(request)) is not None:
        return known
    record = env.get(info.cls, key)
    form = _form(request, info, method, record)
    form.read(request.POST, complete=True)
    refuse_unknown_names(request.POST, form, *CONTROLS)
    if "find" in request.POST:
        return _dialog(request, info, method, form, [record])
    if not form.check():
        return _dialog(request, info, method, form, [record], status=422)
    answer = first_answer(request)
    if answer is not None:
        return answer
    values = form.changed()
    completed = {name: values.pop(name) for name in asked_also(request) if name in values}
    try:
        with attempt(env):
            env.write([record] if completed else [], strict=True, **completed)
            (result,) = env.run(method, [record], **values)
    except UserError as refusal:
        return _refused(request, info, method, form, [record], refusal)
    here = safe_next(request.POST.get("next"), f"/r/{info.key}/{key}")
    if here.partition("?")[0] == f"/r/{info.key}/{key}" and not env.can("read", record):
        here = f"/r/{info.key}"  # who gives a record away may not see it any more
    if isinstance(result, ActFor):
        return begin_acting(request, result)
    if isinstance(result, GoTo):
        return remember_answer(request, safe_next(result.path))
    if isinstance(result, Hint):
        return _hand_on(request, method, result, remember_answer(request, here), here)
    request.toast(_said(method), undo=undo_of(request, info))
    return remember_answer(request, _led_to(env, info, key, result) or here)


@endpoint("bulk_method", "/r/{model}/bulk/{method}", "POST")
def bulk(request: Request) -> Any:
    """First the dialog where one is needed, then the method on all marked rows, or on none of them."""
    env, info = request.env, model_of(request)
    method = method_of(request, info)
    if (known := known_answer(request)) is not None:
        return known
    records = marked(request, info)
    asks = bool(method.arguments) or method.confirm is not None
    form = _form(request, info, method, None)
    if asks and not request.POST.get("run"):
        return _dialog(request, info, method, form, records)
    form.read(request.POST, complete=True)
    refuse_unknown_names(request.POST, form, *CONTROLS)
    if "find" in request.POST:
        return _dialog(request, info, method, form, records)
    if not form.check():
        return _dialog(request, info, method, form, records, status=422)
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(env):
            env.run(method, records, **form.changed())
    except UserError as refusal:
        return _refused(request, info, method, form, records, refusal)
    text = _n("{action}: {n} record.", "{action}: {n} records.", len(records))
    request.toast(text.format(action=method.label, n=len(records)), undo=undo_of(request, info))
    return remember_answer(request, back_to_list(request, info))


def marked(request: Request, info: ModelInfo) -> list[Any]:
    """The marked rows, all of them or NotFound; a clear word when there are none or too many."""
    ids = ids_in(request.POST.getall("id"))
    if not ids:
        raise BadRequest(_("No row is marked."))
    if len(ids) > AT_ONCE:
        raise BadRequest(
            _("At most {most} rows can be changed at once; {n} are marked.", most=AT_ONCE, n=len(ids))
        )
    return request.env.get_many(info.cls, ids)


def back_to_list(request: Request, info: ModelInfo) -> str:
    """Where a bulk action began."""
    return safe_next(request.POST.get("next"), f"/r/{info.key}")


def _refuse_impossible(env: Env, info: ModelInfo, method: Method[..., Any], record: Any) -> None:
    """Say at once what the step would say after everything has been typed."""
    if method.name in {allowed.name for allowed in env.allowed_methods(record)}:
        return
    state = info.state_of(record)
    if not method.allowed_from(state):
        label: LazyString | str = state.label if state is not None else ""
        raise StateForbids(
            _("“{action}” is not possible in the state “{state}”.", action=method.label, state=label)
        )
    if not has_something_to_do(env, info, record.id, method):
        raise StateForbids(
            _("“{action}” has nothing to do on this record as it stands.", action=method.label)
        )
    raise AccessDenied(_("“{action}” is not yours to do on this record.", action=method.label))


def _form(
    request: Request, info: ModelInfo, method: Method[..., Any], record: Any, more: Sequence[str] = ()
) -> RecordForm:
    env = request.env
    also = completing(env, info, method, [*asked_also(request), *more], record) if record is not None else []
    proposed = {**_proposals(env, method, record), **stored_values(env, record, [one.source for one in also])}
    known = {**proposed, RECORD: record}
    return RecordForm(env, typed_arguments(method) + also, setting(request, info, method, record), known)


def _proposals(env: Env, method: Method[..., Any], record: Any) -> Mapping[str, Any]:
    """What stands in the dialog at first: the argument's own proposal for this record, else its fallback."""
    found: dict[str, Any] = {}
    for argument in method.arguments:
        propose = argument.spec.default
        found[argument.name] = (
            propose(env, record) if propose is not None and record is not None else argument.fallback
        )
    return found


def _hand_on(request: Request, method: Method[..., Any], hint: Hint, otherwise: Any, after: str) -> Any:
    """Show what is to be handed on, such as a link that is shown this once, until somebody says that it was."""
    if hint.url is None:
        request.toast(hint.text, "warning")
        return otherwise
    values = {
        "title": method.label, "text": hint.text, "address": f"{request.config.base_url.rstrip('/')}{hint.url}",
        "after": after, "hand_on_part": part(request, "hand_on.pt"),
    }  # fmt: skip
    return render(request, "hand_on.pt", values, macro="dialog" if request.is_partial else None)


def _led_to(env: Env, info: ModelInfo, key: int, result: Any) -> str | None:
    """The page of the record that a method gave, when it is another one that exists here."""
    found = getattr(type(result), "__model_info__", None)
    if found is None or found.addon not in env.addons or (found.key, result.id) == (info.key, key):
        return None
    return f"/r/{found.key}/{result.id}"


def _said(method: Method[..., Any]) -> LazyString:
    return _("Done: {action}.", action=method.label)


def _number(count: int) -> LazyString:
    return _n("{n} record", "{n} records", count).format(n=count)


def _refused(
    request: Request, info: ModelInfo, method: Method[..., Any], form: RecordForm, records: Sequence[Any],
    refusal: UserError,
) -> Any:  # fmt: skip
    if isinstance(refusal, NotFound):
        raise refusal
    if isinstance(refusal, ValidationFailed):
        if len(records) == 1 and (more := refused_fields(request.env, info, method, refusal, records[0])):
            form = _form(request, info, method, records[0], more)
            form.read(request.POST, complete=True)
        form.refuse(refusal)
    else:
        form.problems.append(refusal.message)
    if len(records) > 1 and refusal.refused_at is not None:
        form.problems.insert(0, _("Refused at: {name}", name=title_of(request.env, refusal.refused_at)))
    ways = _ways_out(request, refusal)
    return _dialog(request, info, method, form, records, status=errors.status_of(refusal), ways=ways)


@dataclass(frozen=True, slots=True)
class WayOut:
    """A step that may lead on from a refusal."""

    url: str
    label: str
    icon: str | None


def _ways_out(request: Request, refusal: UserError) -> list[WayOut]:
    """Those of the refusal that the reader may do; where there are several they name their records."""
    env, found = request.env, []
    back = safe_next(request.params.get("next"), "")
    for step, record in refusal.ways_out:
        if step.name in {allowed.name for allowed in env.allowed_methods(record)}:
            info = env.info(record)
            label = step.label.translate(env.language)
            if len(refusal.ways_out) > 1:
                label = f"{label}: {title_of(env, record)}"
            address = {"model": info.key, "id": record.id, "method": step.name}
            url = request.path_of("record_method", **address, query={"next": back} if back else {})
            found.append(WayOut(url, label, step.icon))
    return found


def _dialog(
    request: Request, info: ModelInfo, method: Method[..., Any], form: RecordForm, records: Sequence[Any],
    *, status: int = 200, ways: Sequence[WayOut] = (),
) -> Any:  # fmt: skip
    """As a page, or as a dialog over the page that asked for it."""
    env = request.env
    wanted = str(request.POST.get("find", ""))
    if wanted:
        form.find(wanted, str(request.POST.get(f"find.{wanted}", ""))[:100])
    form.add_labels()
    one = records[0] if request.endpoint is not None and request.endpoint.name == "record_method" else None
    path = (
        f"/r/{info.key}/{one.id}/do/{method.name}" if one is not None else f"/r/{info.key}/bulk/{method.name}"
    )
    name = title_of(env, one) if one is not None else ""
    listed = [] if one is not None else [title_of(env, record) for record in records[:5]]
    back = f"/r/{info.key}/{one.id}" if one is not None else f"/r/{info.key}"
    way = crumbs(info, method.label) if one is None else record_crumbs(info, one.id, name, method.label)
    values = {
        "title": method.label, "info": info, "method": method, "form": form, "action": path, "name": name,
        "ids": [] if one is not None else [record.id for record in records], "listed": listed, "number": len(records),
        "key": new_key(), "next": safe_next(request.params.get("next"), ""),
        "cancel": safe_next(request.params.get("next"), back), "breadcrumbs": way,
        "style": "danger" if method.danger else "primary",
        "problems": list(form.problems), "ways": ways, "as_dialog": request.is_partial,
        "number_text": _number(len(records)),
        "edit_part": part(request, "edit.pt"), "further_attributes": lambda _entry: {},
        "also": ",".join(entry.name for entry in form if entry.name not in {one.name for one in method.arguments}),
        "dialog_part": part(request, "dialog.pt"),
    }  # fmt: skip
    return render(request, "dialog.pt", values, status=status, macro="dialog" if request.is_partial else None)
