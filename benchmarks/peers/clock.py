"""A peer's work beside plain psycopg2 on the same tables, timed like the product's own.

Runs in the peers' own environments too: nothing but the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import measure
from benchmarks.measure import Figure

Work = Callable[[], Any]
Same = Callable[[Any, Any], bool]
PEER: Final = "peer"
PLAIN: Final = "psycopg2"


@dataclass(frozen=True)
class Line:
    """One piece of work: the peer's figure and, where the same can be done without it, plain psycopg2's."""

    key: str
    peer: Figure
    plain: Figure | None = None
    cpu: Figure | None = None
    """CPU of the peer's process; the database's is not in it."""
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
        peer, plain, cpu = (
            Figure(**given[part]) if given[part] else None for part in ("peer", "plain", "cpu")
        )
        assert peer is not None
        return cls(given["key"], peer, plain, cpu, given["note"])


def side_by_side(
    key: str, peer: Work, plain: Work, *, same: Same | None = None, runs: int = 25, note: str = ""
) -> Line:
    """Run both in turns, `runs` times each; slow work stops after a minute, but not before 5 runs.

    `same` tells from the answers of both whether they did the same work; if not, there is nothing to compare.
    """
    if same and not same(peer(), plain()):
        raise RuntimeError(f"{key}: the peer and psycopg2 did not find the same")
    found = measure.side_by_side(key, key, {PEER: peer, PLAIN: plain}, runs=runs, seconds=60, warm=2)
    line = Line(key, found.sides[PEER], found.sides[PLAIN], found.cpu[PEER], note)
    print(f"  {key}: {line.peer} ms, psycopg2 {line.plain} ms, CPU {line.cpu} ms", flush=True)
    return line


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
