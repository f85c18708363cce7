"""What stands above the rows: presets, search, filters, groups, columns, ways out, other views.

Its thirty links cost more than the rows do, and are the same on the list's next page: they begin the list anew, so
they say nothing of the page that is shown. So what is above a list is kept for the caller, with blanks for what it is
searched and filtered by.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.counting import Count
from core.orm.env import Env
from core.views.effective import EffectiveList, EffectiveRows, ShownField
from core.views.filters import orderable
from core.views.resolve import ViewChoice, rows_views_for
from core.views.search import ListState, preset_choices
from core.web.pages.records import part
from core.web.pages.records_address import Address, can_be_shown, filled, shown_columns
from core.web.pages.records_asked import out_url
from core.web.pages.records_counts import count_text, preset_conditions
from core.web.pages.records_filters import further_fields, open_editors
from core.web.rendering import piece
from core.web.request import Request


@dataclass(frozen=True, slots=True)
class Tab:
    """A preset above the list."""

    label: LazyString
    url: str
    is_current: bool
    count: str | None


def tools(request: Request, address: Address, values: dict[str, Any], numbers: tuple[str, ...]) -> Markup:
    """The piece of the page above the rows; `values` are those of the page around it."""
    key = tools_key(request, address, values["kind"], numbers)
    return piece(
        request, "list.pt", "tools", key,
        lambda: values | _values(request, lasting(address, key), numbers), filled(address.state),
    )  # fmt: skip


def tools_key(
    request: Request, address: Address, kind: str, numbers: tuple[str, ...]
) -> tuple[Hashable, ...] | None:
    """On what it depends beside the caller's rights; None for what is not worth keeping: groups, opened filters."""
    if address.state.group or "filters" in request.GET:
        return None
    view = address.state.view
    columns, _named = shown_columns(request, view)
    return (kind, view, address.at_first.of_any_conditions, columns, numbers)


def lasting(address: Address, key: tuple[Hashable, ...] | None) -> Address:
    """The address as a piece has it that is kept by `key`: the list's first page, its conditions left blank."""
    return address.at_first if key is None else address.at_first.of_any_conditions


def _values(request: Request, address: Address, numbers: tuple[str, ...]) -> dict[str, Any]:
    env, state, view = request.env, address.state, address.state.view
    return {
        "state": state, "address": address, "tabs": _tabs(address, numbers),
        "views": _other_views(env, view.model, address), "group_choices": _group_choices(view),
        "filters_open": "filters" in request.GET, "editors": open_editors(request, address),
        "further": further_fields(view), "is_searchable": bool(view.model.searchable),
        "filters_part": part(request, "list_filters.pt"), "column_choices": _column_choices(request, view),
        "takes_out": ways_out(env, view.model, address), "orders": _orders(view, state.order, env.language),
    }  # fmt: skip


def preset_texts(env: Env, view: EffectiveRows, counts: list[Count] | None) -> tuple[str, ...]:
    """What the presets that show their number show; `counts` where they are known already."""
    if counts is None:
        counts = env.counts(view.model.cls, preset_conditions(env, view))
    return tuple(count_text(one, env.language) for one in counts)


def _tabs(address: Address, numbers: tuple[str, ...]) -> list[Tab]:
    view, current = address.state.view, address.state.preset
    counted = (preset.key for preset in view.presets if preset.count)
    number = dict(zip(counted, numbers, strict=True))
    found = []
    for preset in preset_choices(view):
        url = address(preset=preset.key)
        found.append(Tab(preset.label, url, preset.key == current, number.get(preset.key)))
    if view.presets and all(preset.where is not None for preset in view.presets):
        found.append(Tab(_("All"), address(preset=None), current is None, None))
    return found


def ways_out(env: Env, info: ModelInfo, address: Address) -> list[tuple[str, str, LazyString, str]]:
    """The buttons that take the list out of the product, for who may: word, icon, label, address."""
    known = (("export", "download", _("Export")), ("print", "printer", _("Print")))
    return [
        (what, icon, label, out_url(info, address, what))
        for what, icon, label in known
        if env.can(what, info.key)
    ]


def _other_views(env: Env, info: ModelInfo, address: Address) -> list[tuple[ViewChoice, str]]:
    """The views of many records and their addresses; what both know of the state goes along."""
    found = rows_views_for(env, info.key)
    if len(found) < 2:
        return []
    return [(choice, _same_rows(view, address)) for choice, view in found]


def _same_rows(view: EffectiveRows, address: Address) -> str:
    state, keys = address.state, {preset.key for preset in view.presets}
    preset = state.preset if state.preset in keys else None
    there = ListState(
        view, preset=preset, q=state.q, filters=state.filters, order=view.order, limit=view.limit
    )
    return replace(address, state=there, columns=None)()


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
