"""What stands around the rows of every list and board: presets, filters, other views, choices of columns and order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from core.errors import BadRequest
from core.i18n import LazyString, _, _n, formatter
from core.orm.compose import ModelInfo
from core.orm.counting import Count
from core.orm.env import Env
from core.views.chips import chips
from core.views.effective import EffectiveList, EffectiveRows, ShownField
from core.views.filters import orderable, shortened
from core.views.resolve import ViewChoice, rows_views_for
from core.views.search import ListState, preset_choices, preset_where
from core.web.pages.records import icon_of, part
from core.web.pages.records_address import Address, can_be_shown, remember_columns, shown_columns
from core.web.pages.records_asked import out_url
from core.web.pages.records_filters import editors, field_named, further_fields
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request

MOST_COUNTED: Final = 99
"""A preset with more shows 99+: every list counts all its presets, so counting has to cost next to nothing."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A preset above the list."""

    label: LazyString
    url: str
    is_current: bool
    count: str | None


def frame(
    request: Request, info: ModelInfo, address: Address, counts: list[Count] | None = None
) -> dict[str, Any]:
    """What stands around the rows of every list and board. `counts` are those of the presets, where the rows' own
    statement has counted them along.
    """
    env, state, view = request.env, address.state, address.state.view
    return {
        "title": info.plural, "info": info, "icon_name": icon_of(info), "breadcrumbs": [], "view": view, "state": state,
        "address": address, "tabs": _tabs(env, address, counts), "chips": chips(env, state), "go": renewing,
        "cleared_url": address(filters=(), q=""), "unsearched_url": address(q=""),
        "views": _other_views(env, info, address), "groups": None, "board": None, "table": None,
        "can_create": env.can("create", info.key), "can_delete": env.can("delete", info.key),
        "group_choices": _group_choices(view), "filters_open": "filters" in request.GET,
        "editors": _open_editors(request, address), "further": further_fields(view),
        "is_searchable": bool(info.searchable), "board_part": part(request, "board.pt"),
        "filters_part": part(request, "list_filters.pt"), "column_choices": _column_choices(request, view),
        "takes_out": _ways_out(env, info, address),
        "orders": _orders(view, state.order, env.language), "kind": "rows",
    }  # fmt: skip


def _ways_out(env: Env, info: ModelInfo, address: Address) -> list[tuple[str, str, LazyString, str]]:
    """The buttons that take the list out of the product, for who may: word, icon, label, address."""
    known = (("export", "download", _("Export")), ("print", "printer", _("Print")))
    return [
        (what, icon, label, out_url(info, address, what))
        for what, icon, label in known
        if env.can(what, info.key)
    ]


def renewing(url: str | None) -> dict[str, str]:
    """A link that renews the region, and works without scripts; nothing where there is nowhere to go."""
    if url is None:
        return {}
    return {"href": url, "hx-get": url, "hx-target": "#list", "hx-swap": "outerHTML"}


def preset_conditions(env: Env, view: EffectiveRows) -> list[tuple[list[Any], int]]:
    """What `env.counts` is asked for the presets that show their number."""
    counted = (preset for preset in view.presets if preset.count)
    return [(preset_where(env, view, preset.key), MOST_COUNTED) for preset in counted]


def _tabs(env: Env, address: Address, counts: list[Count] | None) -> list[Tab]:
    view, current = address.state.view, address.state.preset
    if counts is None:
        counts = env.counts(view.model.cls, preset_conditions(env, view))
    number = dict(zip((preset.key for preset in view.presets if preset.count), counts, strict=True))
    found = []
    for preset in preset_choices(view):
        count = count_text(number[preset.key], env.language) if preset.key in number else None
        found.append(Tab(preset.label, address(preset=preset.key), preset.key == current, count))
    if view.presets and all(preset.where is not None for preset in view.presets):
        found.append(Tab(_("All"), address(preset=None), current is None, None))
    return found


def count_text(count: Count, language: str) -> str:
    """10,000+ where nobody counted on."""
    return f"{formatter('integer', language)(count.value)}{'+' if count.capped else ''}"


def count_sentence(count: Count, language: str) -> LazyString:
    """The same with its noun."""
    return _n("{count} record", "{count} records", count.value).format(count=count_text(count, language))


def _other_views(env: Env, info: ModelInfo, address: Address) -> list[tuple[ViewChoice, str]]:
    """The views of many records and their addresses; what both know of the state goes along."""
    found = rows_views_for(env, info.key)
    if len(found) < 2:
        return []
    state = address.state
    return [(choice, _same_rows(view, state)) for choice, view in found]


def _same_rows(view: EffectiveRows, state: ListState) -> str:
    keys = {preset.key for preset in view.presets}
    preset = state.preset if state.preset in keys else None
    return ListState(
        view, preset=preset, q=state.q, filters=state.filters, order=view.order, limit=view.limit
    ).url()


def _group_choices(view: EffectiveRows) -> list[tuple[str, LazyString]]:
    return [(choice.key, choice.label) for choice in view.groups]


def _column_choices(request: Request, view: EffectiveRows) -> Markup | None:
    if not isinstance(view, EffectiveList):
        return None
    shown, _named = shown_columns(request, view)
    return _column_boxes(view, shown, request.env.language)


@lru_cache(maxsize=256)
def _column_boxes(view: EffectiveList, shown: tuple[ShownField, ...], language: str) -> Markup:
    """A box for every column there could be: the shown ones first, in their order."""
    names = {one.name for one in shown}
    rest = [view.fields[name] for name in view.fields if name not in names and can_be_shown(view, name)]
    boxes = [(one.name, one.label, Markup(" checked")) for one in shown]
    boxes += [(one.name, one.label, Markup()) for one in rest]
    line = Markup(
        '<label class="form-check"><input class="form-check-input" type="checkbox" name="col" value="{}"{}>'
        ' <span class="form-check-label">{}</span></label>'
    )
    return Markup("").join(line.format(name, mark, label.translate(language)) for name, label, mark in boxes)


@lru_cache(maxsize=256)
def _orders(view: EffectiveRows, chosen: str | None, language: str) -> Markup:
    """Orders to choose from where there are no column heads: on a phone."""
    found = [field for field in view.fields.values() if orderable(field) and field.name != "id"]
    names = [shown.name for shown in view.columns] if isinstance(view, EffectiveList) else []
    options = []
    for field in found:
        if field.name not in names and field.name != "created_at":
            continue
        for sign, text in (("", _("{field}, ascending")), ("-", _("{field}, descending"))):
            key = f"{sign}{field.name}"
            mark = Markup(" selected") if key == chosen and key != view.order else ""
            label = text.format(field=field.label).translate(language)
            options.append(Markup('<option value="{}"{}>{}</option>').format(key, mark, label))
    return Markup("").join(options)


def _open_editors(request: Request, address: Address) -> list[Any]:
    """The editors of the page itself, for people without scripts."""
    if "filters" not in request.GET:
        return []
    return _editors(request, address)


def _editors(request: Request, address: Address) -> list[Any]:
    view = address.state.view
    fields = list(view.filters)
    name = request.GET.get("field")
    if name:
        asked = field_named(view, name)
        fields = [asked, *(field for field in fields if field is not asked)]
    return editors(request, address, fields)


def filter_panel(request: Request, address: Address) -> Any:
    values = {
        "address": address, "editors": _editors(request, address), "further": further_fields(address.state.view),
        "opened": request.GET.get("field"), "go": renewing,
    }  # fmt: skip
    return render(request, "list_filters.pt", values, macro="panel")


def choose_columns(request: Request, address: Address, view: EffectiveRows) -> Any:
    """The columns that were ticked, in the order of the form, remembered for the next time."""
    names = list(dict.fromkeys(request.GET.getall("col")))
    wrong = next(
        (name for name in names if not isinstance(view, EffectiveList) or not can_be_shown(view, name)), None
    )
    if wrong is not None:
        raise BadRequest(_("There is no column “{name}” here.", name=shortened(wrong)))
    if request.GET["choose"] == "reset":
        names = []
    response = redirect(request, Address(address.state, ",".join(names) if names else None)())
    remember_columns(request, response, names, view.model.key)
    return response
