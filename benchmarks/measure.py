"""Timing: medians of interleaved runs, so that a noisy machine disturbs both sides alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Milliseconds of one piece of work."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.most:.2f})"


@dataclass(frozen=True)
class Line:
    """A row of the table: the product's figure beside psycopg2's, where there is one."""

    name: str
    ours: Figure
    plain: Figure | None = None
    note: str = ""

    @property
    def ratio(self) -> str:
        return f"{self.ours.median / self.plain.median:.1f}" if self.plain is not None else "–"


def side_by_side(
    name: str,
    ours: Callable[[], object],
    plain: Callable[[], object] | None = None,
    *,
    runs: int = 25,
    note: str = "",
) -> Line:
    """Run both in turns after a warm-up; gives medians with minimum and maximum."""
    mine: list[float] = []
    theirs: list[float] = []
    for number in range(runs + 3):
        took = _milliseconds(ours)
        other = _milliseconds(plain) if plain is not None else 0.0
        if number >= 3:
            mine.append(took)
            theirs.append(other)
    return Line(name, _figure(mine), _figure(theirs) if plain is not None else None, note)


def _milliseconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _figure(values: list[float]) -> Figure:
    return Figure(statistics.median(values), min(values), max(values))


def table(lines: list[Line]) -> str:
    """The lines as Markdown."""
    head = "| work | Keyuan, ms | psycopg2, ms | ratio | note |\n| --- | --- | --- | --- | --- |\n"
    return head + "\n".join(
        f"| {line.name} | {line.ours} | {line.plain or '–'} | {line.ratio} | {line.note} |" for line in lines
    )
