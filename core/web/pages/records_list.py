"""The list of any model: its state is its address, its region is renewed by htmx, its links work without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from core.errors import BadRequest
from core.i18n import LazyString, _, _n, formatter
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.grouping import MAX_GROUPS, Count
from core.views.chips import chips
from core.views.effective import EffectiveBoard, EffectiveList, EffectiveRows, ShownField
from core.views.filters import orderable, shortened
from core.views.resolve import ViewChoice, rows_view_for, views_of
from core.views.search import ListState, preset_choices
from core.web.pages.records import icon_of, model_of, part, place
from core.web.pages.records_address import (
    COLUMNS,
    Address,
    can_be_shown,
    remember_columns,
    shown_columns,
)
from core.web.pages.records_board import board
from core.web.pages.records_filters import added_filters, editors, field_named, further_fields
from core.web.pages.records_groups import groups
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Place
from core.web.widgets.table import NUMERIC, Table, sums, table_for

MOST_SUMMED_AT_ONCE: Final = 10_000
"""Beyond so many rows the sums come by a request of their own, so that the list itself does not wait for them."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A preset above the list."""

    label: LazyString
    url: str
    is_current: bool
    count: str | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head; `url` orders the list by it."""

    label: LazyString
    url: str | None
    direction: str | None
    is_numeric: bool
    total: str | None = None


@endpoint("records", "/r/{model}", "GET")
def show(request: Request) -> Any:
    """A list or board; `part` asks for one piece of it."""
    info = model_of(request)
    view = rows_view_for(request.env, info.key, request.GET.get("view") or None)
    state = ListState.parse(request.GET, view)
    columns, named = shown_columns(request, view)
    address = Address(state, named)
    if "choose" in request.GET:
        return _choose_columns(request, address, view)
    if added := added_filters(request.GET, view):
        return redirect(request, address.filtered(*added))
    piece = request.GET.get("part")
    if piece == "filters":
        return _filter_panel(request, address)
    values = _frame(request, info, address)
    if isinstance(view, EffectiveBoard):
        values |= {"board": board(request, view, address), "kind": "board"}
    elif state.group:
        values |= {"groups": groups(request, address, place(request), MAX_GROUPS), "kind": "groups"}
    else:
        values |= _rows(request, address, view, columns, with_totals=piece == "totals")
    response = render(request, "list.pt", values, macro="region" if request.is_partial else None)
    if request.is_partial:
        response.headers["HX-Push-Url"] = address(after=state.after, before=state.before)
    response.vary = ("HX-Request",)
    return response


def _frame(request: Request, info: ModelInfo, address: Address) -> dict[str, Any]:
    """What stands around the rows of every list and board."""
    env, state, view = request.env, address.state, address.state.view
    return {
        "title": info.plural, "info": info, "icon_name": icon_of(info), "breadcrumbs": [], "view": view, "state": state,
        "address": address, "tabs": _tabs(env, address), "chips": chips(env, state), "go": _attributes,
        "cleared_url": address(filters=(), q=""), "unsearched_url": address(q=""),
        "views": _other_views(env, info, address), "groups": None, "board": None, "table": None,
        "can_create": env.can("create", info.key), "can_delete": env.can("delete", info.key),
        "group_choices": _group_choices(view), "filters_open": "filters" in request.GET,
        "editors": _open_editors(request, address), "further": further_fields(view),
        "is_searchable": bool(info.searchable), "board_part": part(request, "board.pt"),
        "filters_part": part(request, "list_filters.pt"), "column_choices": _column_choices(request, view),
        "orders": _orders(view), "kind": "rows",
    }  # fmt: skip


def _attributes(url: str | None) -> dict[str, str]:
    """A link that renews the region, and works without scripts; nothing where there is nowhere to go."""
    if url is None:
        return {}
    return {"href": url, "hx-get": url, "hx-target": "#list", "hx-swap": "outerHTML"}


def _tabs(env: Env, address: Address) -> list[Tab]:
    view, current = address.state.view, address.state.preset
    if not view.presets:
        return []
    found = []
    for preset in preset_choices(view):
        count = None
        if preset.count:
            where = [preset.where(env)] if preset.where is not None else []
            count = count_text(env.count(view.model.cls, *where, cap=999), env.language)
        found.append(Tab(preset.label, address(preset=preset.key), preset.key == current, count))
    if all(preset.where is not None for preset in view.presets):
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
    found = [choice for choice in views_of(info.key, env.addons).values() if choice.kind in ("list", "board")]
    if len(found) < 2:
        return []
    state = address.state
    return [(choice, _same_rows(rows_view_for(env, info.key, choice.name), state)) for choice in found]


def _same_rows(view: EffectiveRows, state: ListState) -> str:
    keys = {preset.key for preset in view.presets}
    preset = state.preset if state.preset in keys else None
    return ListState(view, preset=preset, q=state.q, filters=state.filters, order=view.order, limit=view.limit).url()


def _group_choices(view: EffectiveRows) -> list[tuple[str, LazyString]]:
    return [(choice.key, choice.label) for choice in view.groups]


def _column_choices(request: Request, view: EffectiveRows) -> list[tuple[str, LazyString, bool]]:
    """Every column there could be: the shown ones first, in their order."""
    if not isinstance(view, EffectiveList):
        return []
    shown, _named = shown_columns(request, view)
    first = [(one.name, one.label, True) for one in shown]
    names = {one.name for one in shown}
    rest = [(name, view.fields[name].label, False) for name in view.fields if name not in names and can_be_shown(view, name)]
    return [*first, *rest]


def _orders(view: EffectiveRows) -> list[tuple[str, LazyString]]:
    """Orders to choose from where there are no column heads: on a phone."""
    found = [field for field in view.fields.values() if orderable(field) and field.name != "id"]
    names = [shown.name for shown in view.columns] if isinstance(view, EffectiveList) else []
    found = [field for field in found if field.name in names or field.name in ("created_at",)]
    up, down = _("{field}, ascending"), _("{field}, descending")
    return [
        (f"{sign}{field.name}", text.format(field=field.label))
        for field in found
        for sign, text in (("", up), ("-", down))
    ]


def _rows(
    request: Request, address: Address, view: EffectiveList, columns: tuple[ShownField, ...], *, with_totals: bool
) -> dict[str, Any]:
    """One page of rows; counted only when they do not fit on it."""
    env, state = request.env, address.state
    marked = bool(view.actions) or env.can("delete", view.model.key)
    where = state.where(env)
    at = place(request)
    table = table_for(view.model, columns, at, marked)
    page = env.page(
        view.model.cls, table.names, *where, search=state.q or None, order=state.order, after=state.after,
        before=state.before, limit=state.limit,
    )  # fmt: skip
    is_whole = page.next is None and page.previous is None and state.after is None and state.before is None
    count = Count(len(page.rows)) if is_whole else env.count(view.model.cls, *where, search=state.q or None)
    totals, waiting = _totals(env, address, view, table, page.rows, count, is_whole, with_totals)
    return {
        "table": table, "rows": table.rows(page.rows, at.language), "is_empty": not page.rows, "marked": marked,
        "headings": _headings(address, columns, totals, at), "has_totals": bool(totals), "totals_wait": waiting,
        "count": count_sentence(count, at.language), "number": count.value,
        "next_url": address(after=page.next, before=None) if page.next else None,
        "previous_url": address(after=None, before=page.previous) if page.previous else None,
        "actions": view.actions, "is_narrowed": bool(state.q or state.filters or where),
    }  # fmt: skip


def _totals(
    env: Env, address: Address, view: EffectiveList, table: Table, rows: Any, count: Count, is_whole: bool, asked: bool
) -> tuple[dict[str, Any], bool]:
    """Sums over all rows found, and whether they have to be asked for."""
    shown = [total for total in view.totals if total.name in table.cells.offsets and not total.currency]
    if not shown or not rows:
        return {}, False
    if is_whole:
        return dict(sums(rows, table, shown)), False
    if (count.capped or count.value > MOST_SUMMED_AT_ONCE) and not asked:
        return {}, True
    state = address.state
    measures = [("sum", total.name) for total in shown]
    found = env.group(view.model.cls, (), measures, *state.where(env), search=state.q or None)
    return dict(zip((total.name for total in shown), found[0].values, strict=True)) if found else {}, False


def _headings(address: Address, columns: tuple[ShownField, ...], totals: dict[str, Any], at: Place) -> list[Heading]:
    state, found = address.state, []
    for shown in columns:
        direction = None
        if state.order is not None and state.order.removeprefix("-") == shown.name:
            direction = "descending" if state.order.startswith("-") else "ascending"
        url = address(state.toggle_order(shown.name)) if orderable(shown.field) else None
        total = None
        if totals.get(shown.name) is not None:
            money = formatter("money", at.language, currency=at.currency)
            number = formatter("number", at.language)
            total = (money if shown.field.kind == "money" else number)(totals[shown.name])
        found.append(Heading(shown.label, url, direction, shown.field.kind in NUMERIC, total))
    return found


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


def _filter_panel(request: Request, address: Address) -> Any:
    values = {
        "address": address, "editors": _editors(request, address), "further": further_fields(address.state.view),
        "opened": request.GET.get("field"), "go": _attributes,
    }  # fmt: skip
    return render(request, "list_filters.pt", values, macro="panel")


def _choose_columns(request: Request, address: Address, view: EffectiveRows) -> Any:
    """The columns that were ticked, in the order of the form, remembered for the next time."""
    names = list(dict.fromkeys(request.GET.getall("col")))
    wrong = next((name for name in names if not isinstance(view, EffectiveList) or not can_be_shown(view, name)), None)
    if wrong is not None:
        raise BadRequest(_("There is no column “{name}” here.", name=shortened(wrong)))
    if request.GET["choose"] == "reset":
        names = []
    response = redirect(request, Address(address.state, ",".join(names) if names else None)())
    remember_columns(request, response, names, view.model.key)
    return response


__all__ = ["COLUMNS", "count_sentence", "count_text", "show"]
