"""A picture of boxes and the arrows between them: each stands in the column behind those that it comes after.

It is drawn as SVG without styles of its own, so that the strict policy of pages holds; boxes are links.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

WIDTH: Final = 176
HEIGHT: Final = 64
ACROSS: Final = 40
DOWN: Final = 14
EDGE: Final = 4
_ARROW: Final = Markup(
    '<path class="ky-arrow" marker-end="url(#ky-tip)" d="M{} {} C{} {} {} {} {} {}"></path>'
)
_ROOM, _TITLE_ROOM = 25, 19
"""Latin letters in one line of a box and in its title; a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class Box:
    """One step. `look` is how far it is: done, running, waiting or late; `after` are keys of the boxes before it."""

    key: str
    title: str
    lines: Sequence[str]
    look: str
    url: str | None = None
    after: frozenset[str] = field(default_factory=frozenset)


def columns_of(boxes: Sequence[Box]) -> dict[str, int]:
    """Each box by the longest way to it. A circle, which no task list should have, ends where it began."""
    known = {box.key: box for box in boxes}
    found: dict[str, int] = {}

    def column(key: str, path: frozenset[str]) -> int:
        if key not in found:
            before = [one for one in known[key].after if one in known and one not in path]
            found[key] = 1 + max((column(one, path | {key}) for one in before), default=-1)
        return found[key]

    for box in boxes:
        column(box.key, frozenset({box.key}))
    return found


def picture(boxes: Sequence[Box], label: str) -> Markup:
    """The drawing. Boxes without any order among them stand one behind the other."""
    columns = columns_of(boxes)
    if boxes and not any(columns.values()):
        columns = {box.key: at for at, box in enumerate(boxes)}
    places = _places(boxes, columns)
    right = max((x for x, _y in places.values()), default=0) + WIDTH + EDGE
    bottom = max((y for _x, y in places.values()), default=0) + HEIGHT + EDGE
    arrows = Markup("").join(_arrows(boxes, places))
    drawn = Markup("").join(_box(box, *places[box.key]) for box in boxes)
    head = Markup(
        '<svg class="ky-picture" role="group" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">'
    )
    tip = Markup(
        '<defs><marker id="ky-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"></path></marker></defs>'
    )
    return head.format(label, right, bottom, right, bottom) + tip + arrows + drawn + Markup("</svg>")


def _places(boxes: Sequence[Box], columns: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    filled: dict[int, int] = {}
    places = {}
    for box in boxes:
        column = columns[box.key]
        row = filled.get(column, 0)
        filled[column] = row + 1
        places[box.key] = (EDGE + column * (WIDTH + ACROSS), EDGE + row * (HEIGHT + DOWN))
    return places


def _arrows(boxes: Sequence[Box], places: Mapping[str, tuple[int, int]]) -> Iterable[Markup]:
    for box in boxes:
        x, y = places[box.key]
        for one in sorted(box.after & places.keys()):
            from_x, from_y = places[one][0] + WIDTH, places[one][1] + HEIGHT // 2
            to_y, bend = y + HEIGHT // 2, ACROSS // 2
            yield Markup(
                '<path class="ky-arrow" marker-end="url(#ky-tip)" d="M{} {} C{} {} {} {} {} {}"></path>'
            ).format(from_x, from_y, from_x + bend, from_y, x - bend, to_y, x - 1, to_y)


def _box(box: Box, x: int, y: int) -> Markup:
    title = shortened(box.title, _TITLE_ROOM)
    texts = [Markup('<text class="is-title" x="{}" y="{}">{}</text>').format(x + 12, y + 20, title)]
    texts += [
        Markup('<text x="{}" y="{}">{}</text>').format(x + 12, y + 38 + 17 * at, shortened(line))
        for at, line in enumerate(box.lines[:2])
    ]
    whole = Markup("<title>{}</title>").format(" · ".join([box.title, *box.lines]))
    rect = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="7"></rect>').format(x, y, WIDTH, HEIGHT)
    inner = whole + rect + Markup("").join(texts)
    if box.url is None:
        return Markup('<g class="ky-box is-{}">{}</g>').format(box.look, inner)
    return Markup('<a class="ky-box is-{}" href="{}">{}</a>').format(box.look, box.url, inner)


def shortened(text: str, room: int = _ROOM) -> str:
    """As much as has room in a box."""
    used = 0
    for at, letter in enumerate(text):
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > room:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text
