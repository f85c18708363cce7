"""The targets of the product, and whether the results meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.measure import FLOOR, OURS, PLAIN, Line, amount
from benchmarks.results import Results

QUIET_FLOOR: Final = 3.3
"""Milliseconds of the floor's list on a quiet machine, for which the targets in milliseconds are meant."""


@dataclass(frozen=True)
class Check:
    """One figure beside what it shall be. `is_time` are milliseconds or seconds, which a busy machine makes longer."""

    number: int
    work: str
    value: float
    limit: float
    unit: str = "ms"
    at_least: bool = False
    is_time: bool = True
    cpu: float | None = None
    """Seconds of CPU of a command: what is left of its time when nothing else runs."""

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def factor(self) -> float:
        """How far off: 1.5 is half as much again as the target allows."""
        smaller, larger = (self.value, self.limit) if self.at_least else (self.limit, self.value)
        return larger / smaller if smaller else float("inf")

    def row(self, slowness: float | None) -> list[str]:
        """A line of the table; the figure that a machine with a floor of 3.3 ms would have stands beside."""
        sign = "≥" if self.at_least else "≤"
        quiet = "–"
        if self.cpu is not None:
            quiet = f"{amount(self.cpu)} s CPU"
        elif slowness and self.is_time:
            quiet = amount(self.value * slowness if self.at_least else self.value / slowness)
        word = "met" if self.is_met else f"**missed** by {self.factor:.1f} ×" if self.limit else "**missed**"
        return [str(self.number), self.work, f"{amount(self.value)} {self.unit}", f"{sign} {self.limit:g} {self.unit}",
                word, quiet]  # fmt: skip


def slowness(results: Results) -> float | None:
    """How many times slower than the quiet machine this one was, by the floor's list through HTTP."""
    line = results.line("web", "list")
    return line.sides[FLOOR].median / QUIET_FLOOR if line is not None and FLOOR in line.sides else None


def checks(results: Results) -> list[Check]:
    """All targets for which there are figures."""
    found: list[Check] = []
    for part in (
        _list,
        _orders,
        _finding,
        _groups,
        _forms,
        _writes,
        _own,
        _setups,
        _processes,
        _sales,
        _stock,
        _money,
    ):
        found += part(results)
    return sorted(found, key=lambda check: check.number)


def _list(results: Results) -> Iterator[Check]:
    if line := results.line("web", "list"):
        yield Check(1, "list page through HTTP", line.sides[OURS].median, 6.5)
        yield Check(1, "the same, times the floor", line.ratio(FLOOR) or 0, 2.0, "×", is_time=False)
        yield Check(1, "CPU of the web process", line.cpu[OURS].median, 5)
        yield Check(16, "p99 of the list page with one client, times its median",
                    line.sides[OURS].p99 / line.sides[OURS].median, 3, "×", is_time=False)  # fmt: skip
    if line := results.line("pages", "list"):
        yield Check(1, "statements of the list page", line.facts["statements"], 3, "", is_time=False)
    for clients, least in ((1, 150), (8, 200)):
        if line := results.line("web", f"rush {clients}"):
            rate = line.facts[f"{OURS} rate"]
            yield Check(1, f"requests a second, {clients} clients", rate, least, "/s", at_least=True)


def _orders(results: Results) -> Iterator[Check]:
    for prefix, words in (("list by", "by the slowest column"), ("after", "after 8,000 rows")):
        lines = [line for line in results.parts.get("web", ()) if line.key.startswith(prefix)]
        found = [(ratio, line.key) for line in lines if (ratio := _times_list(results, line)) is not None]
        if found:
            ratio, key = max(found)
            yield Check(2, f"list {words} ({key}), times the plain list", ratio, 1.3, "×", is_time=False)


def _times_list(results: Results, line: Line) -> float | None:
    """A page beside the plain list. Each was measured in turns with the floor, which stands for the machine's mood."""
    plain = results.line("web", "list")
    here, there = line.ratio(FLOOR), plain.ratio(FLOOR) if plain is not None else None
    return here / there if here and there else None


def _finding(results: Results) -> Iterator[Check]:
    yield from _worst(
        results, 3, "pages", "search ", "database", 12, "the slowest search, waiting for the database"
    )
    yield from _worst(results, 3, "web", "search ", None, 20, "the slowest search, page with count")
    yield from _time(results, 4, "records", "count", 2, "count up to 10,000")
    yield from _time(results, 5, "web", "filter", 8, "state + owner with count, page")


def _groups(results: Results) -> Iterator[Check]:
    for key in ("read group state", "read group month owner"):
        if line := results.line("records", key):
            yield Check(6, f"{line.name}, times psycopg2", line.ratio(PLAIN) or 0, 1.2, "×", is_time=False)
            statements = line.facts["statements"] - 1  # the other one opens the wall of the transaction
            yield Check(6, f"{line.name}, statements", statements, 1, "", is_time=False)


def _forms(results: Results) -> Iterator[Check]:
    yield from _time(results, 7, "web", "form", 10, "a lead with its timeline")
    if line := results.line("web", "form"):
        yield Check(7, "CPU of the web process", line.cpu[OURS].median, 8)
    if line := results.line("pages", "form"):
        yield Check(7, "statements of that page", line.facts["statements"], 6, "", is_time=False)
    yield from _time(results, 7, "web", "save", 15, "save of the form, committed")


def _writes(results: Results) -> Iterator[Check]:
    yield from _time(results, 8, "records", "create 1", 5, "create 1")
    rates = {}
    for count in (1000, 10_000):
        if line := results.line("records", f"create {count}"):
            rates[count] = line.facts["rate"]
            yield Check(9, f"create {count:,} in one call", rates[count], 2000, "/s", at_least=True)
    if len(rates) == 2:
        yield Check(9, "time for a row of 10,000, times a row of 1,000", rates[1000] / rates[10_000], 1.2, "×",
                    is_time=False)  # fmt: skip
    yield from _time(results, 10, "records", "update 1", 3, "update 1")
    yield from _time(results, 10, "records", "update 1000", 40, "update 1,000")
    if line := results.line("records", "update 1000"):
        yield Check(10, "update 1,000, times psycopg2", line.ratio(PLAIN) or 0, 5, "×", is_time=False)


def _own(results: Results) -> Iterator[Check]:
    if (line := results.line("web", "own")) and (ratio := _times_list(results, line)):
        yield Check(11, "list of own rows only, times the administrator's", ratio, 1.1, "×", is_time=False)


def _setups(results: Results) -> Iterator[Check]:
    yield from _seconds(results, 12, "init", 5)
    if line := results.line("setups", "init"):
        yield Check(12, "an addon of these", line.facts["an addon"] / 1000, 0.3, "s", is_time=False)
    for size, limit in (("small", 1), ("large", 2)):
        yield from _seconds(results, 13, f"install {size}", limit)
        if line := results.line("setups", f"install {size}"):
            yield Check(13, "until every process had followed", line.facts["followed"], 5, "s", is_time=False)
            yield Check(13, f"failed of {line.facts['pages']:,.0f} requests meanwhile", line.facts["failed"], 0, "",
                        is_time=False)  # fmt: skip


def _processes(results: Results) -> Iterator[Check]:
    yield from _seconds(results, 14, "start few", 1.5, "starts")
    yield from _seconds(results, 14, "start many", 3, "starts")
    if line := results.line("starts", "memory 1"):
        yield Check(15, "idle web process, resident", line.facts["resident"], 100, "MB", is_time=False)
    if line := results.line("starts", "memory 2"):
        yield Check(
            15, "one of two idle web processes, private", line.facts["private"], 50, "MB", is_time=False
        )
    if line := results.line("starts", "pauses"):
        yield Check(16, "longest pause of the collector in 500 pages", line.sides[OURS].most, 10)


def _sales(results: Results) -> Iterator[Check]:
    yield from _time(results, 17, "sales", "confirm 20", 150, "confirm an order of 20 lines")
    yield from _time(results, 17, "sales", "confirm 500", 1000, "confirm an order of 500 lines")
    few, many = (results.line("sales", f"confirm {size}") for size in (20, 500))
    if few is not None and many is not None:
        more = many.facts["statements"] - few.facts["statements"]
        yield Check(17, "further statements for 480 more lines", more, 0, "", is_time=False)
    for key in (
        "list orders",
        "list orders by -total",
        "list lines",
        "list own lines",
        "list own open lines",
    ):
        yield from _listed(results, 18, "sales", key)


def _stock(results: Results) -> Iterator[Check]:
    for key in ("list levels", "list movements"):
        yield from _listed(results, 19, "stock", key)
    yield from _time(results, 20, "stock", "past one", 50, "stock of one product on a past day")
    yield from _time(results, 20, "stock", "past all", 1000, "stock of all products on a past day")


def _money(results: Results) -> Iterator[Check]:
    for line in results.parts.get("money", ()):
        if line.key.startswith("due "):
            yield from _listed(results, 21, "money", line.key)


def _listed(results: Results, number: int, part: str, key: str) -> Iterator[Check]:
    """A list among many rows: the time of a list page, and its statements."""
    if line := results.line(part, key):
        yield Check(number, line.name, line.sides[OURS].median, 6.5)
        yield Check(number, f"{line.name}, statements", line.facts["statements"], 3, "", is_time=False)


def _time(results: Results, number: int, part: str, key: str, limit: float, work: str) -> Iterator[Check]:
    if line := results.line(part, key):
        yield Check(number, work, line.sides[OURS].median, limit)


def _seconds(results: Results, number: int, key: str, limit: float, part: str = "setups") -> Iterator[Check]:
    if line := results.line(part, key):
        cpu = line.cpu[OURS].median / 1000 if OURS in line.cpu else None
        yield Check(number, line.name, line.sides[OURS].median / 1000, limit, "s", cpu=cpu)


def _worst(
    results: Results, number: int, part: str, prefix: str, fact: str | None, limit: float, work: str
) -> Iterator[Check]:
    lines = [line for line in results.parts.get(part, ()) if line.key.startswith(prefix)]
    value: Callable[[Line], float] = lambda line: line.facts[fact] if fact else line.sides[OURS].median  # noqa: E731
    if lines:
        worst = max(lines, key=value)
        yield Check(number, f"{work} ({worst.key})", value(worst), limit)
