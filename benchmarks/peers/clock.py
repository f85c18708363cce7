"""Timing of a peer beside plain psycopg2, in turns, so that a noisy machine disturbs both alike.

Runs in the peers' own environments too: nothing but the standard library.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

Work = Callable[[], Any]
Same = Callable[[Any, Any], bool]

WARM_UP: Final = 2
LEAST_RUNS: Final = 5


@dataclass(frozen=True)
class Figure:
    """Milliseconds (or megabytes) over several runs."""

    median: float
    least: float
    most: float
    runs: int

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        """The figure of these values."""
        median, least, most = (
            round(value, 3) for value in (statistics.median(values), min(values), max(values))
        )
        return cls(median, least, most, len(values))


@dataclass(frozen=True)
class Line:
    """One piece of work: the peer's figure and, where the same can be done without it, plain psycopg2's."""

    key: str
    peer: Figure
    plain: Figure | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times as long as plain psycopg2, by medians of the same run."""
        return self.peer.median / self.plain.median if self.plain else None

    @property
    def ratio_of_least(self) -> float | None:
        """The same by the least of each: what a busy machine adds to the shorter side is not in it."""
        return self.peer.least / self.plain.least if self.plain else None

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return {**asdict(self), "ratio": self.ratio, "ratio_of_least": self.ratio_of_least}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Line:
        """From the results file."""
        plain = Figure(**given["plain"]) if given["plain"] else None
        return cls(given["key"], Figure(**given["peer"]), plain, given["note"])


def side_by_side(
    key: str,
    peer: Work,
    plain: Work | None = None,
    *,
    same: Same | None = None,
    runs: int = 25,
    seconds: float = 60,
    note: str = "",
) -> Line:
    """Run both in turns after a warm-up, `runs` times each; slow work stops after `seconds`, but not before 5 runs.

    `same` tells from the answers of both whether they did the same work; if not, there is nothing to compare.
    """
    if same and plain and not same(peer(), plain()):
        raise RuntimeError(f"{key}: the peer and psycopg2 did not find the same")
    mine: list[float] = []
    theirs: list[float] = []
    began = time.perf_counter()
    for number in range(-WARM_UP, runs):
        took = _milliseconds(peer)
        other = _milliseconds(plain) if plain else 0.0
        if number >= 0:
            mine.append(took)
            theirs.append(other)
        if number + 1 >= LEAST_RUNS and time.perf_counter() - began > seconds:
            break
    line = Line(key, Figure.of(mine), Figure.of(theirs) if plain else None, note)
    ratio = f", {line.ratio:.1f} × psycopg2" if line.ratio else ""
    print(f"  {key}: {line.peer.median:.1f} ms{ratio}", flush=True)
    return line


def _milliseconds(work: Work) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def save(path: Path, lines: list[Line]) -> None:
    """Hand the lines to the process that asked for them."""
    path.write_text(json.dumps([line.as_json() for line in lines]), "utf-8")


def load(path: Path) -> list[Line]:
    """What `save` wrote."""
    return [Line.from_json(given) for given in json.loads(path.read_text("utf-8"))]


def memory() -> dict[str, float]:
    """Megabytes of this process: all that is resident, and what no other process shares (Linux)."""
    found: dict[str, float] = {}
    for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, _colon, size = line.partition(":")
        found[name] = int(size.split()[0]) / 1024
    return {"resident": found["Rss"], "private": found["Private_Clean"] + found["Private_Dirty"]}
