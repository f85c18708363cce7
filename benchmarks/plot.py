"""Growth as a small picture: lines over the number of leads, both axes by powers of ten, for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.measure import OURS, amount
from benchmarks.results import Results

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 270, 20, 40
_COLOURS: Final = ("#3366cc", "#c0392b", "#1e8449", "#8e44ad", "#b9770e", "#148f8f", "#7f8c8d", "#d63384")
_DASHES: Final = ("", "6 3", "2 3")
_LABEL_GAP: Final = 14
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#8884;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.line{filter:brightness(1.5)}}"
)

Point = tuple[float, float]


def write_plot(path: Path, found: Sequence[Results], wanted: Mapping[tuple[str, str], str]) -> None:
    """Draw what was measured on at least two of the databases."""
    series: dict[str, list[Point]] = {}
    for (part, key), name in wanted.items():
        lines = [(one.recipe.rows, one.line(part, key)) for one in found]
        points = [(float(rows), line.sides[OURS].median) for rows, line in lines if line is not None]
        if len(points) > 1:
            series[name] = points
    if series:
        path.write_text("\n".join(_svg(series)) + "\n", "utf-8")


def _svg(series: Mapping[str, list[Point]]) -> Iterator[str]:
    points = [point for line in series.values() for point in line]
    sizes = sorted({x for x, _y in points})
    low = math.floor(math.log10(min(y for _x, y in points)))
    high = math.ceil(math.log10(max(y for _x, y in points)))

    def across(x: float) -> float:
        share = math.log(x / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return TOP + (high - math.log10(y)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    yield f"<title>Milliseconds by number of leads</title><style>{_STYLE}</style>"
    for power in range(low, high + 1):
        y = down(10.0**power)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>'
    for x in sizes:
        yield f'<path class="grid" d="M{across(x):.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{across(x):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{x:,.0f} leads</text>'
    ends = _apart({name: down(line[-1][1]) for name, line in series.items()})
    for n, (name, line) in enumerate(series.items()):
        colour, dash = _COLOURS[n % len(_COLOURS)], _DASHES[n // len(_COLOURS)]
        path = "L".join(f"{across(x):.1f} {down(y):.1f}" for x, y in line)
        yield f'<path class="line" d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        yield f'<path class="line" d="M{WIDTH - RIGHT + 3} {down(line[-1][1]):.1f}L{WIDTH - RIGHT + 18} {ends[name]:.1f}" stroke="{colour}"/>'
        label = escape(f"{amount(line[-1][1])} {name}")
        yield f'<text x="{WIDTH - RIGHT + 22}" y="{ends[name] + 4:.1f}">{label}</text>'
    yield "</svg>"


def _apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """Places of labels that do not cover each other, in the order of their lines."""
    placed: dict[str, float] = {}
    last = -math.inf
    for name, y in sorted(wanted.items(), key=lambda pair: pair[1]):
        last = max(y, last + _LABEL_GAP)
        placed[name] = last
    over = last - (HEIGHT - BOTTOM)
    return {name: y - max(0.0, over) for name, y in placed.items()}
