"""The condition of a sharing rule, made with the filters of the list, and what the rule reaches with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from core.auth.models import SharingRule
from core.auth.sharing_condition import FILTER, condition_text, filter_texts
from core.auth.sharing_preview import reach_of
from core.errors import BadRequest, NotFound, UserError
from core.i18n import LazyString, _, _n
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.env import Env
from core.orm.fields import Field
from core.views.chips import chips
from core.views.dormant import awake
from core.views.effective import EffectiveRows
from core.views.filters import MYSELF, Filter, filterable
from core.views.resolve import rows_view_for
from core.views.search import ListState
from core.web.pages.records import id_of, part, record_crumbs
from core.web.pages.records_address import Address
from core.web.pages.records_choices import choices_answer
from core.web.pages.records_counts import count_sentence
from core.web.pages.records_filters import Editor, added_filters, editors, field_named
from core.web.pages.records_page import SHARING_RULE as MODEL
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

_PATTERN: Final = rf"/r/{MODEL}/{{id:\d{{1,19}}}}"


@endpoint("sharing_rule_reach", f"{_PATTERN}/reach", "GET")
def reach(request: Request) -> Any:
    """The panel of a rule's page: its condition in words, how many records it reaches, how many people get them."""
    env = request.env
    rule: Any = env.get(SharingRule, id_of(request))
    values = {
        "title": rule.name, "breadcrumbs": record_crumbs(env.info(MODEL), rule.id, rule.name, _("Condition")),
        **_words(env, rule), "change_url": f"/r/{MODEL}/{rule.id}/condition" if env.can("update", rule) else None,
        "rule_part": part(request, "sharing_rule.pt"),
    }  # fmt: skip
    return render(request, "sharing_rule.pt", values, macro="panel" if request.is_partial else None)


@endpoint("sharing_rule_condition", f"{_PATTERN}/condition", "GET")
def ask(request: Request) -> Any:
    """The filters as they stand in the address; without any those that the rule has."""
    env, rule, info = _rule(request)
    view = rows_view_for(env, info.key, None)
    if FILTER not in request.GET and "change" not in request.GET and "add.field" not in request.GET:
        params = [(FILTER, one) for one in filter_texts(rule.condition)]
    else:
        params = [pair for pair in request.GET.items() if pair[0] == FILTER]
    params, asleep = awake(env, view, params)
    address = _address(rule, view, params)
    if added := added_filters(request.GET, view):
        return redirect(request, address.filtered(*added))
    if request.GET.get("part") == "filters":
        values = _panel(request, rule, address)
        return render(request, "list_filters.pt", values, macro="panel")
    left_out = _("{reason} Saving leaves this condition out.", reason=asleep[0]) if asleep else None
    return _page(request, rule, address, left_out)


@endpoint("sharing_rule_condition", f"{_PATTERN}/condition", "POST")
def save(request: Request) -> Any:
    """Keep these filters as the rule's condition."""
    env, rule, info = _rule(request)
    pairs = [(FILTER, text) for text in request.POST.getall(FILTER)]
    address = _address(rule, rows_view_for(env, info.key, None), pairs)
    try:
        with attempt(env):
            env.write(rule, condition=condition_text(address.state.filters))
    except UserError as refusal:
        return _page(request, rule, address, refusal.message, status=422)
    request.toast(_("Saved."), undo=request.request_id)
    return redirect(request, f"/r/{MODEL}/{rule.id}")


@endpoint("sharing_rule_choices", f"{_PATTERN}/choices", "GET")
def propose(request: Request) -> Any:
    """Records for a filter, of those that the administrator may see."""
    env, _stored, info = _rule(request)
    field = _offered(rows_view_for(env, info.key, None)).get(request.GET.get("filter", ""))
    if field is None:
        raise BadRequest()
    return choices_answer(request, field)


def _rule(request: Request) -> tuple[Env, Any, ModelInfo]:
    env = request.env
    rule: Any = env.get(SharingRule, id_of(request))
    if not env.can("update", rule):
        raise NotFound()
    return env, rule, model_here(env, rule.model)


def _address(rule: Any, view: EffectiveRows, params: list[tuple[str, str]]) -> Address:
    state = replace(ListState.parse(params, view), preset=None)
    return Address(state, None, f"/r/{MODEL}/{rule.id}/condition")


def _offered(view: EffectiveRows) -> dict[str, Field]:
    """What may be asked for: nothing that reads differently for each reader."""
    return {
        name: field for name, field in view.fields.items() if filterable(field) and field.kind != "translated"
    }


def _panel(request: Request, rule: Any, address: Address) -> dict[str, Any]:
    view, offered = address.state.view, _offered(address.state.view)
    shown = [field for field in view.filters if field.name in offered]
    if name := request.GET.get("field"):
        asked = field_named(view, name)
        shown = [asked, *(field for field in shown if field is not asked)]
    made = [_for_everybody(one, rule) for one in editors(request, address, shown)]
    names = {field.name for field in view.filters}
    return {
        "address": address, "editors": made, "opened": request.GET.get("field"),
        "further": [field for field in offered.values() if field.name not in names],
        "go": lambda url: {"href": url} if url else {},
    }  # fmt: skip


def _for_everybody(editor: Editor, rule: Any) -> Editor:
    """Without "me", and with proposals for whoever may change the rule."""
    quick = tuple(one for one in editor.quick if f"%3A{MYSELF}&" not in f"{one.url}&")
    source = f"/r/{MODEL}/{rule.id}/choices?filter={editor.field.name}"
    return replace(editor, quick=quick, source=source)


def _page(
    request: Request, rule: Any, address: Address, problem: LazyString | None = None, status: int = 200
) -> Any:
    env = request.env
    values = {
        "title": _("Condition of “{rule}”", rule=rule.name), "rule": rule, "rule_url": f"/r/{MODEL}/{rule.id}",
        "breadcrumbs": record_crumbs(env.info(MODEL), rule.id, rule.name, _("Condition")),
        **_panel(request, rule, address), **_words(env, rule, address), "problem": problem,
        "filters_part": part(request, "list_filters.pt"), "rule_part": part(request, "sharing_rule.pt"),
        "filters": [str(one) for one in address.state.filters], "pairs": address.state.filters,
        "without": lambda one: _without(address, one),
    }  # fmt: skip
    return render(request, "sharing_condition.pt", values, status=status)


def _without(address: Address, condition: Filter) -> str:
    url = address(address.state.without_filter(condition))
    return url if "?" in url else f"{url}?change=1"


def _words(env: Env, rule: Any, address: Address | None = None) -> dict[str, Any]:
    """The condition in words and what it reaches, or why it reaches nothing."""
    info = env.composition.models.get(rule.model)
    found: dict[str, Any] = dict.fromkeys(("model", "records", "people", "asleep", "list_url")) | {
        "chips": ()
    }
    if info is None or info.addon not in env.addons:
        return found | {"asleep": _("The records of this rule belong to an addon that is switched off.")}
    found["model"] = info.plural
    view = rows_view_for(env, info.key, None)
    try:
        if address is None:
            address = _address(rule, view, [(FILTER, one) for one in filter_texts(rule.condition)])
        found["chips"] = chips(env, address.state)
        made = reach_of(env, info, rule, condition_text(address.state.filters))
    except BadRequest as problem:
        return found | {"asleep": problem.message}
    people = _n("{n} person gets them.", "{n} people get them.", made.people).format(n=made.people)
    found |= {"records": count_sentence(made.records, env.language), "people": people}
    if env.can("read", info.key):
        found["list_url"] = replace(address.state, binned=False).url()
    return found
