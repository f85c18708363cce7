"""The workbench: what waits for me, what is new, how things stand, and where to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from core.errors import AccessDenied, NotFound
from core.i18n import LazyString, _, formatter
from core.orm.compose import ModelInfo, composition
from core.orm.counting import Count
from core.orm.env import Env
from core.orm.fields import field_name
from core.views.navigation import MenuNode, menu_tree, view_url
from core.views.offered import offered_presets
from core.views.workbench import Card
from core.web.names import name_columns, name_in
from core.web.pages.notices import notices_of
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

SHORTCUTS = 8
NOTICES = 6
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One record in a card."""

    url: str
    label: str
    side: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with its rows, or a figure with its number."""

    key: str
    title: LazyString
    url: str
    lines: tuple[Line, ...] = ()
    number: str | None = None
    empty: LazyString | None = None


@endpoint("home", "/", "GET")
def workbench(request: Request) -> Any:
    """The page after signing in."""
    env = request.env
    cards = _declared(env)
    values = {
        "title": _("Workbench"),
        "greeting": _greeting(env),
        "figures": _figures(env, [card for card in cards if card.limit == 0]),
        "cards": [shown for card in cards if card.limit for shown in _rows(env, card)],
        "notices": notices_of(env, limit=NOTICES),
        "shortcuts": _shortcuts(menu_tree(env))[:SHORTCUTS],
    }
    return render(request, "home.pt", values)


def _greeting(env: Env) -> LazyString:
    hour = env.clock().astimezone(env.timezone).hour
    name = str(env.user.name)
    if 5 <= hour < 11:
        return _("Good morning, {name}", name=name)
    return _("Good afternoon, {name}", name=name) if 11 <= hour < 18 else _("Good evening, {name}", name=name)


def _declared(env: Env) -> list[Card]:
    found = [card for addon, card in composition().collect("card") if addon in env.addons or addon == "base"]
    return sorted(found, key=lambda card: (card.sequence, card.key))


def _where(env: Env, card: Card) -> tuple[Any, ...]:
    """The condition of the card's preset; the view says what its name means."""
    if card.preset is None:
        return ()
    chosen = next((preset for preset in card.view.presets if preset.key == card.preset), None)
    if chosen is None or chosen.where is None:
        return ()
    return (chosen.where(env),)


def _target(env: Env, card: Card) -> tuple[Any, str] | None:
    """The model and the list's address; None where the caller may not read the model here, or the rows of the card
    would tell what they may not know.
    """
    definition = card.view.__keyuan_model__
    info = composition().info(definition)
    if info.addon not in env.addons or not env.can("read", info.cls):
        return None
    chosen = [preset for preset in card.view.presets if preset.key == card.preset]
    if len(offered_presets(env, info, chosen)) < len(chosen):
        return None
    return info, view_url(info.key, card.view, preset=card.preset)


def _figures(env: Env, cards: Sequence[Card]) -> list[Shown]:
    """The numbers in their order; those about one kind of record are counted together."""
    targets = {card.key: found for card in cards if (found := _target(env, card)) is not None}
    by_model: dict[str, list[Card]] = {}
    for card in cards:
        if card.key in targets:
            by_model.setdefault(targets[card.key][0].key, []).append(card)
    numbers: dict[str, Count] = {}
    for key, some in by_model.items():
        with suppress(AccessDenied, NotFound):
            counts = env.counts(key, [(_where(env, card), MOST_COUNTED) for card in some])
            numbers |= {card.key: count for card, count in zip(some, counts, strict=True)}
    return [
        Shown(card.key, card.title, targets[card.key][1], number=f"{count.value:,}{'+' if count.capped else ''}")
        for card in cards if (count := numbers.get(card.key)) is not None
    ]  # fmt: skip


def _rows(env: Env, card: Card) -> list[Shown]:
    found = _target(env, card)
    if found is None:
        return []
    info, url = found
    readable = env.policy.readable(info)
    others = [name for column in card.columns if (name := field_name(column)) in readable]
    order = card.order if card.order is None or card.order.removeprefix("-") in readable else None
    columns = [*name_columns(env, info), *others]
    try:
        page = env.page(info.cls, columns, *_where(env, card), order=order, limit=card.limit)
    except (AccessDenied, NotFound):
        return []
    lines = tuple(_line(env, info, page, row, card.late) for row in page.rows)
    return [Shown(card.key, card.title, url, lines, empty=card.empty)]


def _line(env: Env, info: ModelInfo, page: Any, row: tuple[Any, ...], marks_late: bool) -> Line:
    has_name = bool(page.columns) and page.columns[0].name == info.display
    others = page.columns[1:] if has_name else page.columns
    texts = [text for text in (_text(env, column, row) for column in others) if text]
    is_late = marks_late and any(_is_past(env, row[column.offset]) for column in others)
    label = name_in(page, row) if has_name else f"#{row[0]}"
    return Line(f"/r/{info.key}/{row[0]}", label, " · ".join(texts), is_late)


def _text(env: Env, column: Any, row: tuple[Any, ...]) -> str:
    """A value of a card in a few characters."""
    value = row[column.offset + column.width - 1]
    if value is None:
        return ""
    if isinstance(value, datetime):
        return formatter("relative", env.language)(value)
    if isinstance(value, date):
        return formatter("date", env.language, style="medium")(value)
    if isinstance(value, Decimal):
        return formatter("number", env.language)(value)
    return str(getattr(value, "label", value))


def _is_past(env: Env, value: Any) -> bool:
    now = env.clock()
    if isinstance(value, datetime):
        return value < now
    return isinstance(value, date) and value < now.astimezone(env.timezone).date()


def _shortcuts(tree: list[MenuNode]) -> list[MenuNode]:
    """The first entries of every branch in turn, so that each addon has its place."""
    branches = [list(_leaves(node)) for node in tree]
    return [leaf for leaves in zip_longest(*branches) for leaf in leaves if leaf is not None]


def _leaves(node: MenuNode) -> Iterator[MenuNode]:
    if node.url is not None:
        yield node
    for child in node.children:
        yield from _leaves(child)
