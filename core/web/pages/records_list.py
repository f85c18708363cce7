"""The list of any model: its state is its address, its region is renewed by htmx, its links work without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from core.i18n import LazyString, formatter
from core.orm.counting import Count
from core.orm.grouping import MAX_GROUPS
from core.views.dormant import awake, view_here
from core.views.effective import EffectiveBoard, EffectiveList, ShownField
from core.views.filters import orderable
from core.views.search import ListState
from core.web.names import is_named
from core.web.pages.records import model_of, place
from core.web.pages.records_address import Address, filled, shown_columns
from core.web.pages.records_board import board
from core.web.pages.records_counts import count_sentence, preset_conditions
from core.web.pages.records_filters import added_filters
from core.web.pages.records_frame import choose_columns, filter_panel, frame
from core.web.pages.records_groups import groups
from core.web.pages.records_once import new_key
from core.web.pages.records_tools import lasting, tools_key, ways_out
from core.web.redirects import redirect
from core.web.rendering import piece, render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Place
from core.web.widgets.table import NUMERIC, sums, table_for

MOST_ROWS_COUNTED: Final = 1_000
"""Beyond so many rows a list says 1,000+, and the exact number and the sums come by a request of their own."""
EVERYTHING: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head; `url` orders the list by it."""

    label: LazyString
    url: str | None
    direction: str | None
    is_numeric: bool
    total: str | None = None


@endpoint("records", "/r/{model}", "GET", report=lambda request: bool(request.GET.get("group")))
def show(request: Request) -> Any:
    """A list or board; `part` asks for one piece of it."""
    info = model_of(request)
    view = view_here(request.env, info.key, request.GET.get("view") or None)
    params, asleep = awake(request.env, view, request.GET.items())
    state = ListState.parse(params, view)
    columns, named = shown_columns(request, view)
    address = Address(state, named)
    if "choose" in request.GET:
        return choose_columns(request, address, view)
    if added := added_filters(request.GET, view):
        return redirect(request, address.filtered(*added))
    wanted = request.GET.get("part")
    if wanted == "filters":
        return filter_panel(request, address)
    if isinstance(view, EffectiveBoard):
        values = frame(request, info, address, "board") | {"board": board(request, view, address)}
    elif state.group:
        shown = groups(request, address, place(request), MAX_GROUPS)
        values = frame(request, info, address, "groups") | {"groups": shown}
    else:
        rows, counts = _rows(request, address, view, columns, with_totals=wanted == "totals")
        values = frame(request, info, address, "rows", counts) | rows
        values |= _kept_pieces(request, address, columns, values)
    response = render(
        request, "list.pt", values | {"asleep": asleep}, macro="region" if request.is_partial else None
    )
    if request.is_partial:
        response.headers["HX-Push-Url"] = address(after=state.after, before=state.before)
    response.vary = ("HX-Request",)
    return response


def _rows(
    request: Request,
    address: Address,
    view: EffectiveList,
    columns: tuple[ShownField, ...],
    *,
    with_totals: bool,
) -> tuple[dict[str, Any], list[Count]]:
    """One page of rows, and the counts of the presets; the rows are counted only when they do not fit on it."""
    env, state = request.env, address.state
    actions = [method for method in view.actions if env.policy.allowed(view.model, method.right)]
    marked = bool(actions) or any(env.can(right, view.model.key) for right in ("delete", "export", "print"))
    where = state.where(env)
    at = place(request)
    table = table_for(view.model, columns, at, marked, named=is_named(env, view.model))
    page = env.page(
        view.model.cls, table.names, *where, search=state.q or None, order=state.order, after=state.after,
        before=state.before, limit=state.limit,
    )  # fmt: skip
    is_whole = page.next is None and page.previous is None and state.after is None and state.before is None
    presets = preset_conditions(env, view)
    shown = [total.name for total in view.totals if total.name in table.cells.offsets and not total.currency]
    if is_whole:
        counts = env.counts(view.model.cls, presets)
        count = Count(len(page.rows))
        totals: Mapping[str, Any] = sums(page.rows, table, shown) if page.rows else {}
    else:
        cap = EVERYTHING if with_totals else MOST_ROWS_COUNTED
        search = state.q or None
        if page.hits is not None:
            where, search = [*where, view.model.cls.id.in_(page.hits)], None
        *counts, count = env.counts(view.model.cls, [*presets, (where, cap)], sums=shown, search=search)
        totals = dict(zip(shown, count.sums, strict=True)) if count.sums else {}
    return {
        "table": table, "once": new_key(),
        "rows": table.rows(page.rows, at.language), "is_empty": not page.rows, "marked": marked,
        "headings": _headings(address, columns, totals, at) if totals else None, "has_totals": bool(totals),
        "totals_wait": count.capped and not with_totals, "has_sums": bool(shown),
        "count": count_sentence(count, at.language), "number": count.value,
        "next_url": address(after=page.next, before=None) if page.next else None,
        "previous_url": address(after=None, before=page.previous) if page.previous else None,
        "actions": actions, "is_narrowed": bool(state.q or state.filters or where),
    }, counts  # fmt: skip


def _kept_pieces(
    request: Request, address: Address, columns: tuple[ShownField, ...], values: dict[str, Any]
) -> dict[str, Any]:
    """Column heads, which depend on view, order and columns; the buttons for marked rows, which depend on the view."""
    view, at = address.state.view, place(request)
    key = tools_key(request, address, "rows", ())
    of_heads = None if key is None else (*key, values["marked"])

    def heads() -> dict[str, Any]:
        return values | {"headings": _headings(lasting(address, key), columns, {}, at)}

    def buttons() -> dict[str, Any]:
        return values | {"takes_out": ways_out(request.env, view.model, address)}

    return {
        "heads": partial(piece, request, "list.pt", "heads", of_heads, heads, filled(address.state)),
        "bulk": partial(piece, request, "list.pt", "bulk", (view,), buttons),
    }


def _headings(
    address: Address, columns: tuple[ShownField, ...], totals: Mapping[str, Any], at: Place
) -> list[Heading]:
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
