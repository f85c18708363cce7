"""The tables of benchmarks/README.md, made from all results and put between its markers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.measure import FLOOR, OURS, PLAIN, Line, amount
from benchmarks.plot import write_plot
from benchmarks.results import FOLDER, Results
from benchmarks.targets import checks, slowness

README: Final = Path(__file__).with_name("README.md")
PLOT: Final = FOLDER / "growth.svg"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
Cell = Callable[[Line], str]

GROWING: Final = {
    ("web", "list"): "list page",
    ("web", "list by -expected_revenue"): "list by amount",
    ("web", "after"): "list after 8,000 rows",
    ("web", "search two Chinese characters"): "search by two characters, with count",
    ("web", "filter"): "state + owner, with count",
    ("web", "own"): "list of own rows only",
    ("web", "form"): "a lead with its timeline",
    ("web", "save"): "save of a form",
    ("records", "create 1"): "create 1",
    ("records", "update 1000"): "update 1,000",
    ("records", "read group state"): "group by state (reads every row)",
}
"""What is shown side by side for several sizes, and how it is called there."""


def side(name: str) -> Cell:
    """Median, least and most of a side."""
    return lambda line: str(line.sides[name]) if name in line.sides else "–"


def cpu(name: str) -> Cell:
    """CPU milliseconds of a side."""
    return lambda line: amount(line.cpu[name].median) if name in line.cpu else "–"


def ratio(other: str) -> Cell:
    """How many times as long as another side."""
    return lambda line: "–" if (found := line.ratio(other)) is None else f"{found:.1f}"


def fact(name: str, unit: str = "") -> Cell:
    """What else was counted."""
    return lambda line: f"{amount(line.facts[name])}{unit}" if name in line.facts else "–"


def p99(name: str) -> Cell:
    """Within this 99 of 100 were done; of many runs only."""
    return lambda line: (
        amount(line.sides[name].p99) if name in line.sides and line.sides[name].runs >= 100 else "–"
    )


_TRADE: Final = {
    "Keyuan": side(OURS), "CPU": cpu(OURS), "statements": fact("statements"),
    "waited for the database": fact("database"), "bytes": fact("bytes"),
}  # fmt: skip

TABLES: Final[dict[str, tuple[str, dict[str, Cell]]]] = {
    "web": ("Pages through HTTP, one web process, milliseconds", {
        "Keyuan": side(OURS), "floor": side(FLOOR), "× floor": ratio(FLOOR), "p99": p99(OURS), "p99 of the floor": p99(FLOOR),
        "CPU": cpu(OURS), "CPU of the floor": cpu(FLOOR), "requests/s": fact(f"{OURS} rate"),
        "of the floor": fact(f"{FLOOR} rate"),
    }),
    "pages": ("The same pages in one process, without sockets, milliseconds", {
        "Keyuan": side(OURS), "floor": side(FLOOR), "psycopg2": side(PLAIN), "× floor": ratio(FLOOR),
        "× psycopg2": ratio(PLAIN), "CPU": cpu(OURS), "statements": fact("statements"),
        "waited for the database": fact("database"), "bytes": fact("bytes"),
    }),
    "records": ("Reading and writing through Env, milliseconds", {
        "Keyuan": side(OURS), "psycopg2": side(PLAIN), "× psycopg2": ratio(PLAIN), "CPU": cpu(OURS),
        "statements": fact("statements"), "rows/s": fact("rate"),
    }),
    "processes": ("More web processes on the same processors, list page", {
        "milliseconds": side(OURS), "p99": p99(OURS), "CPU": cpu(OURS), "requests/s": fact(f"{OURS} rate"),
    }),
    "starts": ("Starts and memory", {
        "milliseconds": side(OURS), "CPU": cpu(OURS), "MB resident": fact("resident"), "MB private": fact("private"),
        "resident after all pages": fact("resident used"), "private after all pages": fact("private used"),
        "collections": fact("pauses"), "longest between requests, ms": fact("between"),
    }),
    "sales": ("Orders, milliseconds", _TRADE),
    "stock": ("Stock, milliseconds", _TRADE),
    "money": ("Receivables and accounts, milliseconds", _TRADE),
    "setups": ("Setting up and installing, milliseconds", {
        "milliseconds": side(OURS), "CPU": cpu(OURS), "all processes followed after, s": fact("followed"),
        "requests meanwhile": fact("pages"), "failed": fact("failed"), "slowest of them": fact("slowest"),
    }),
}  # fmt: skip


def sections(found: Sequence[Results], shown: Results) -> list[str]:
    """Everything between the markers: targets and tables of `shown`, growth over all."""
    parts = [f"## {described(shown)}", about(shown), "### Targets", target_table(shown)]
    parts += [f"### {TABLES[part][0]}\n\n{part_table(part, shown)}" for part in TABLES if part in shown.parts]
    sizes = [one for one in found if one.recipe.companies == 2 and not (one.recipe.audit or one.recipe.trade)]
    trades = [one for one in found if one.recipe.trade]
    if len(sizes) > 1:
        write_plot(PLOT, sizes, GROWING)
        parts += [
            "## Growth",
            f"![Milliseconds by number of leads](results/{PLOT.name})",
            growth_table(sizes),
        ]
    others = [one for one in found if one.recipe.rows == shown.recipe.rows and one not in [*sizes, *trades]]
    for one in trades:
        parts += [f"## {described(one)}", about(one), "### Targets", target_table(one)]
        parts += [f"### {TABLES[part][0]}\n\n{part_table(part, one)}" for part in TABLES if part in one.parts]
    if others:
        parts += ["## More companies, more audit", growth_table([shown, *others])]
    return parts


def described(results: Results) -> str:
    """What a database holds, in words."""
    recipe = results.recipe
    words = [f"{recipe.rows:,} leads"]
    words += [f"{recipe.companies} companies"] if recipe.companies != 2 else []
    words += [f"{recipe.audit:,} rows of audit"] if recipe.audit else []
    words += (
        [f"{recipe.trade:,} order lines, {2 * recipe.trade:,} movements of stock"] if recipe.trade else []
    )
    return ", ".join(words)


def about(results: Results) -> str:
    """When and on what the figures were taken."""
    words = ", ".join(f"{name} {value}" for name, value in results.about.items() if value)
    slower = slowness(results)
    if slower is None:
        return f"{words}."
    return f"{words}. The floor's list took {slower:.1f} times what it takes on a quiet machine."


def target_table(results: Results) -> str:
    """Every target that there are figures for."""
    slower = slowness(results)
    rows = [check.row(slower) for check in checks(results)]
    return table(["#", "work", "figure", "target", "", "on a quiet machine"], rows)


def part_table(part: str, results: Results) -> str:
    """All lines of a part; columns without any figure are left out."""
    lines = results.parts[part]
    cells = {head: [cell(line) for line in lines] for head, cell in TABLES[part][1].items()}
    cells = {head: column for head, column in cells.items() if any(value != "–" for value in column)}
    rows = [[line.name, *(column[n] for column in cells.values())] for n, line in enumerate(lines)]
    return table([{"web": "page", "pages": "page"}.get(part, "work"), *cells], rows)


def growth_table(found: Sequence[Results]) -> str:
    """The same work on several databases: milliseconds, and times the floor's list or psycopg2's query of that run."""
    rows = []
    for (part, key), name in GROWING.items():
        cells = []
        for results in found:
            line = results.line(part, key)
            if line is None:
                cells.append("–")
                continue
            other = FLOOR if FLOOR in line.sides else PLAIN
            beside = f" (× {line.ratio(other):.1f} {other})" if other in line.sides else ""
            cells.append(f"{amount(line.sides[OURS].median)}{beside}")
        rows.append([name, *cells])
    return table(["milliseconds", *(described(one) for one in found)], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def write_readme(parts: Sequence[str], path: Path = README, *, begin: str = BEGIN, end: str = END) -> None:
    """Put the tables between the markers; the text around them stays."""
    text = path.read_text("utf-8")
    before, after = text.partition(begin)[0], text.partition(end)[2]
    path.write_text(f"{before}{begin}\n\n" + "\n\n".join(parts) + f"\n\n{end}{after}", "utf-8")
