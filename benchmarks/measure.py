"""Timing: pieces of work that stand side by side are run in turns, so that a noisy machine disturbs all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

Work = Callable[[], object]

OURS: Final = "keyuan"
PLAIN: Final = "psycopg2"
FLOOR: Final = "floor"
WARM_UP: Final = 3
LEAST_RUNS: Final = 5


@dataclass(frozen=True)
class Side:
    """One side of a comparison. `before` is run before each time and not timed; `cpu` tells the seconds of CPU that
    the process which does the work has used so far."""

    work: Work
    before: Work | None = None
    cpu: Callable[[], float] = time.process_time


@dataclass(frozen=True)
class Figure:
    """Milliseconds of one piece of work over several runs."""

    median: float
    least: float
    most: float
    p99: float
    runs: int

    @classmethod
    def of(cls, values: list[float]) -> Self:
        """The figure of these milliseconds."""
        return cls(statistics.median(values), min(values), max(values), percentile(values, 0.99), len(values))

    def __str__(self) -> str:
        return f"{amount(self.median)} ({amount(self.least)}–{amount(self.most)})"


@dataclass
class Line:
    """A row of a table: the figures of each side by its name, and what else was counted."""

    key: str
    name: str
    sides: dict[str, Figure]
    cpu: dict[str, Figure] = field(default_factory=dict)
    """CPU milliseconds of the process that did the work; the database's are not in it."""
    facts: dict[str, float] = field(default_factory=dict)

    def ratio(self, other: str) -> float | None:
        """How many times as long as the other side, by medians."""
        found = self.sides.get(other)
        return self.sides[OURS].median / found.median if found and found.median else None

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """From the results file."""
        figures = {
            part: {side: Figure(**found) for side, found in given[part].items()} for part in ("sides", "cpu")
        }
        return cls(given["key"], given["name"], figures["sides"], figures["cpu"], dict(given["facts"]))


def side_by_side(
    key: str,
    name: str,
    sides: Mapping[str, Side],
    *,
    runs: int = 25,
    seconds: float = 20,
    warm: int = WARM_UP,
) -> Line:
    """Run all sides in turns after a warm-up, until there are `runs` of each or `seconds` are over."""
    wall: dict[str, list[float]] = {side: [] for side in sides}
    cpu: dict[str, list[float]] = {side: [] for side in sides}
    began = time.perf_counter()
    for number in range(-warm, runs):
        for where, side in sides.items():
            took, busy = _once(side)
            if number >= 0:
                wall[where].append(took)
                cpu[where].append(busy)
        if number + 1 >= min(LEAST_RUNS, runs) and time.perf_counter() - began > seconds:
            break
    return Line(
        key,
        name,
        {where: Figure.of(values) for where, values in wall.items()},
        {where: Figure.of(values) for where, values in cpu.items()},
    )


def _once(side: Side) -> tuple[float, float]:
    """Milliseconds on the clock and of CPU."""
    if side.before is not None:
        side.before()
    used, started = side.cpu(), time.perf_counter()
    side.work()
    took = time.perf_counter() - started
    return took * 1000, (side.cpu() - used) * 1000


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of all lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def amount(value: float) -> str:
    """Three digits that count: 0.82, 9.41, 73.5, 1,240; whole numbers as they are."""
    if value >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
