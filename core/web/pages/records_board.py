"""The board of any model that declares one: cards in columns, moved by hand or by the menu of each card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from pyramid.response import Response

from core.errors import BadRequest, Conflict, NotFound, UserError, ValidationFailed
from core.i18n import LazyString, _, formatter
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.history import entries_of
from core.orm.merging import MERGED_VERSIONS
from core.orm.methods import Method
from core.views.effective import EffectiveBoard
from core.views.filters import Filter, shortened
from core.views.registry import registry_of
from core.views.resolve import board_for
from core.views.scope import Scope
from core.web import errors
from core.web.forms import in_language
from core.web.names import is_named, name_columns, name_in
from core.web.pages.records import id_of, model_of, place
from core.web.pages.records_address import Address
from core.web.pages.records_completing import ALSO, refused_fields
from core.web.redirects import redirect, safe_next
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Place
from core.web.widgets.choices import COLOURS
from core.web.widgets.relations import parse_id
from core.web.widgets.table import NUMERIC, Table, table_for

MOST_COLUMNS: Final = 24
NO_VALUE: Final = "-"
"""Stands in addresses for the column of records without a value."""


@dataclass(frozen=True, slots=True)
class Card:
    """One record: its name, further values as HTML, and where it may be moved by menu."""

    id: int
    version: int
    name: str
    lines: tuple[tuple[LazyString, Markup, bool], ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One column: what it stands for, how many and how much there is of it, and the first cards."""

    value: str
    label: LazyString | str
    colour: str
    count: str
    total: str | None
    cards: tuple[Card, ...]
    more_url: str | None


@dataclass(frozen=True, slots=True)
class Board:
    lanes: tuple[Lane, ...]
    can_move: bool


def board(request: Request, view: EffectiveBoard, address: Address) -> Board:
    """One statement counts and sums all columns, one more for each column that has cards."""
    env, state, at = request.env, address.state, place(request, linked=False)
    where, column = state.where(env), view.column
    measures = [("sum", view.total.name)] if view.total is not None else []
    known = {
        _key(row.keys[0]): row
        for row in env.group(view.model.cls, [column.name], measures, *where, search=state.q or None)
    }
    columns = column_values(env, view)
    columns += [(NO_VALUE, _("(none)"), "secondary")] if NO_VALUE in known else []
    table = table_for(view.model, view.card, at, False, False, is_named(env, view.model))
    number, money = formatter("integer", at.language), _total_writer(view, at)
    lanes = []
    for value, label, colour in columns:
        row = known.get(value)
        total = money(row.values[0]) if row is not None and measures and row.values[0] is not None else None
        cards, more = _cards(request, view, address, table, where, value) if row is not None else ((), None)
        lanes.append(Lane(value, label, colour, number(row.count) if row else "0", total, cards, more))
    return Board(tuple(lanes), _can_move(env, view))


def _total_writer(view: EffectiveBoard, at: Place) -> Any:
    if view.total is not None and view.total.kind == "money":
        return formatter("money", at.language, currency=at.currency, digits=0)
    return formatter("number", at.language)


def _key(value: Any) -> str:
    if value is None:
        return NO_VALUE
    return str(getattr(value, "code", value))


def column_values(env: Env, view: EffectiveBoard) -> list[tuple[str, LazyString | str, str]]:
    """The columns in their order: value, label, colour."""
    column = view.column
    if column.kind == "state":
        states = Scope(registry_of(), env.addons).states(view.model)
        return [(one.code, one.label, one.colour if one.colour in COLOURS else "secondary") for one in states]
    if column.kind == "selection":
        return [(code, label, "secondary") for code, label in column.choices if code]
    if column.kind == "option":
        option = env.info("base.option").cls
        where = (option.list_code == column.option_list, option.active.is_(True))
        rows: list[Any] = env.search("base.option", *where, order="sequence", limit=MOST_COLUMNS)
        return [(str(row.id), in_language(row.name, env.language), row.colour or "secondary") for row in rows]
    if column.kind != "many2one":
        raise NotFound()
    target = env.info(column.target_key)
    order = target.order if target.order.removeprefix("-") in env.policy.readable(target) else None
    page = env.page(target, name_columns(env, target), order=order, limit=MOST_COLUMNS)
    return [(str(row[0]), name_in(page, row), "secondary") for row in page.rows]


def _cards(
    request: Request, view: EffectiveBoard, address: Address, table: Table, where: Sequence[Any], value: str
) -> tuple[tuple[Card, ...], str | None]:
    env, state, name = request.env, address.state, view.column.name
    condition = Filter(name, "empty", "yes") if value == NO_VALUE else Filter(name, "eq", value)
    mine = env.condition(view.model.cls, condition.field, condition.op, condition.value)
    page = env.page(
        view.model.cls, table.names, *where, mine, search=state.q or None, order=view.order, limit=view.limit
    )
    more = f"/r/{view.model.key}?f={condition}" if page.next else None
    return tuple(_card(table, view, row) for row in page.rows), more


def _card(table: Table, view: EffectiveBoard, row: tuple[Any, ...]) -> Card:
    skipped = {view.model.display, view.column.name}
    lines = tuple(
        (shown.label, Markup(html), shown.field.kind in NUMERIC)  # noqa: S704 - writers escape
        for shown in view.card
        if shown.name not in skipped and (html := table.cells.writers[shown.name](row))
    )
    return Card(row[0], row[1], table.name_of(row), lines)


def _can_move(env: Env, view: EffectiveBoard) -> bool:
    """Whether cards can be dragged at all; each move is decided by its own rule."""
    if view.move is not None:
        return env.policy.allowed(view.model, view.move.right)
    if view.column.kind == "state":
        return any(env.policy.allowed(view.model, method.right) for method in view.model.methods.values())
    return env.policy.allowed(view.model, "update") and view.column.name in env.policy.editable(view.model)


@endpoint("move_record", r"/r/{model}/{id:\d{1,19}}/move", "POST")
def move(request: Request) -> Any:
    """A card was dropped in another column. What is refused is said, and the card goes back."""
    env, info, key = request.env, model_of(request), id_of(request)
    record = env.get(info.cls, key)
    view = board_for(env, info.key)
    value = str(request.POST.get("value", ""))
    back = safe_next(request.POST.get("next"), f"/r/{info.key}?view={view.name}")
    wanted = next((one for one in column_values(env, view) if one[0] == value), None)
    if wanted is None:
        raise BadRequest(_("There is no column “{name}” here.", name=shortened(value)))
    method = None
    try:
        _refuse_moved(env, view, record, str(request.POST.get("version", "")))
        method = _mover(env, view, record, value)
        with attempt(env):
            _move(env, view, record, method, value)
    except UserError as refusal:
        if isinstance(refusal, ValidationFailed) and method is not None and method.arguments:
            known = {method.arguments[0].name: value} if view.move is not None else {}
            if also := refused_fields(env, info, method, refusal, record):
                known[ALSO] = ",".join(also)
            return _ask_further(request, info, key, method, known)
        return _refused(request, refusal, back)
    request.toast(_("Moved to “{column}”.", column=wanted[1]), undo=request.request_id)
    if request.is_htmx:
        moved = env.read(info.cls, key, [])
        return Response(status=200, headers={"X-Version": str(moved[1])})
    return redirect(request, back)


def _refuse_moved(env: Env, view: EffectiveBoard, record: Any, version: str) -> None:
    """Somebody has moved the card since the board was drawn; a change of other fields stands in nobody's way."""
    if (
        not (version.isascii() and version.isdecimal() and len(version) < 10)
        or int(version) >= record.version
    ):
        return
    since = entries_of(env, view.model, record.id, since=int(version), limit=MERGED_VERSIONS)
    entry = next((one for one in since if view.column.name in one.changes), None)
    if entry is not None:
        when = formatter("datetime", env.language)(entry.at)
        who = entry.user_name or _("Somebody else")
        text = _("{who} has moved this card in the meantime ({when}). The board shows where it is now.",
                 who=who, when=when)  # fmt: skip
        raise Conflict((), text)


def _mover(env: Env, view: EffectiveBoard, record: Any, value: str) -> Method[..., Any] | None:
    """The method that moves: the board's own, for a state the step that leads there, else none."""
    if view.move is not None:
        return view.move
    if view.column.kind != "state":
        return None
    steps = [
        method for method in env.allowed_methods(record)
        if method.target is not None and method.target.code == value and method.kind == "transition"
    ]  # fmt: skip
    if not steps:
        label = view.model.states[value].label
        raise UserError(
            _(
                "No step leads from “{here}” to “{there}”.",
                here=getattr(record, view.column.name).label,
                there=label,
            )
        )
    return steps[0]


def _move(env: Env, view: EffectiveBoard, record: Any, method: Method[..., Any] | None, value: str) -> None:
    column = view.column
    if method is None:
        values: dict[str, Any] = {column.name: parse_id(value) if column.kind in TO_ONE else value}
        env.write(record, strict=True, **values)
    elif view.move is not None:
        env.run(method, [record], **{method.arguments[0].name: value} if method.arguments else {})
    else:
        env.run(method, [record])


def _ask_further(
    request: Request, info: ModelInfo, key: int, method: Method[..., Any], known: dict[str, str]
) -> Any:
    """The step needs more than the column says: its dialog opens with what is known."""
    url = request.path_of("record_method", model=info.key, id=key, method=method.name, query=known)
    if request.is_htmx:
        return Response(status=422, headers={"X-Dialog": url, "HX-Reswap": "none"})
    return redirect(request, url)


def _refused(request: Request, refusal: UserError, back: str) -> Any:
    """To a script with the status that puts the card back; without scripts the board again, with the reason."""
    request.toast(refusal.message, "danger")
    if request.is_htmx:
        return Response(status=errors.status_of(refusal), headers={"HX-Reswap": "none"})
    return redirect(request, back)
