"""Run the benchmark: `make bench`, `make bench ROWS=1000000`, `make bench ARGS="--growth"`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from benchmarks.data import Bench, Recipe, bench_database
from benchmarks.inside import page_lines
from benchmarks.measure import Line
from benchmarks.owing import money_lines
from benchmarks.plain import Plain
from benchmarks.records import record_lines
from benchmarks.report import about, described, part_table, sections, target_table, write_readme
from benchmarks.results import Results, about_machine, all_results, results_of
from benchmarks.setups import setup_lines
from benchmarks.starts import start_lines
from benchmarks.subjects import Subjects, find_subjects
from benchmarks.trace import print_statements
from benchmarks.trading import sales_lines, stock_lines
from benchmarks.web import process_lines, web_lines

SIZES = (10_000, 200_000, 1_000_000)
MANY_COMPANIES = 50
MUCH_AUDIT = 2_000_000


@dataclass(frozen=True)
class Run:
    """Everything that a part of the benchmark needs. `wanted` says whether a case is to be measured."""

    bench: Bench
    app: Engine
    subjects: Subjects
    plain: Plain
    wanted: Callable[[str], bool]


PARTS: dict[str, Callable[[Run], list[Line]]] = {
    "web": lambda run: web_lines(run.bench, run.subjects, run.wanted),
    "pages": lambda run: page_lines(run.bench, run.subjects, run.plain, run.wanted),
    "records": lambda run: record_lines(run.app, run.subjects, run.plain, run.wanted),
    "sales": lambda run: sales_lines(run.bench, run.subjects, run.wanted),
    "stock": lambda run: stock_lines(run.bench, run.subjects, run.wanted),
    "money": lambda run: money_lines(run.bench, run.subjects, run.wanted),
    "processes": lambda run: process_lines(run.bench, run.subjects, run.wanted),
    "starts": lambda run: start_lines(run.bench, run.subjects, run.wanted),
    "setups": lambda run: setup_lines(run.bench, run.wanted),
}
USUAL = ("web", "pages", "records", "starts", "setups")
WITH_DATA = ("web", "pages", "records")
TRADE = ("sales", "stock", "money")
LEADS_BESIDE_TRADE = 10_000


def main() -> int:
    """Measure what is asked for, keep the results, write the tables."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # what was started is ended
    for recipe, parts in _wanted(arguments):
        results = _measure(recipe, parts, arguments)
        print(f"\n{described(results)}: {about(results)}\n{target_table(results)}", flush=True)
    if arguments.save:
        found = all_results()
        shown = [one for one in found if one.recipe == Recipe(arguments.rows)] or found
        write_readme(sections(found, shown[-1]))
    return 0


def _wanted(arguments: argparse.Namespace) -> Iterator[tuple[Recipe, tuple[str, ...]]]:
    """The databases and what is measured on each."""
    parts = tuple(arguments.parts.split(",")) if arguments.parts else USUAL
    rows = arguments.rows
    if arguments.growth:
        yield from ((Recipe(size), tuple(parts) if size == rows else WITH_DATA) for size in SIZES)
    if arguments.processes:
        yield Recipe(rows), ("processes",)
    if arguments.companies:
        yield Recipe(rows, companies=MANY_COMPANIES), WITH_DATA
    if arguments.audit:
        yield Recipe(rows, audit=MUCH_AUDIT), WITH_DATA
    if arguments.trade:
        yield Recipe(LEADS_BESIDE_TRADE, trade=arguments.trade), parts if arguments.parts else TRADE
    if not (
        arguments.trade or arguments.growth or arguments.processes or arguments.companies or arguments.audit
    ):
        yield Recipe(rows), parts


def _measure(recipe: Recipe, parts: tuple[str, ...], arguments: argparse.Namespace) -> Results:
    results = results_of(recipe)
    with bench_database(recipe) as bench:
        app = bench.database.app_engine()
        subjects = find_subjects(app)
        if arguments.statements:
            print_statements(bench, subjects, arguments.statements)
            return results
        plain = Plain(bench.database.owner_url, subjects.company, subjects.owner)
        results.about = about_machine(plain.rows("show server_version")[0][0])
        run = Run(bench, app, subjects, plain, lambda key: arguments.only in key)
        for part in parts:
            lines = PARTS[part](run)
            if not lines:
                continue
            results.put(part, lines)
            print(f"\n{part}\n{part_table(part, results)}", flush=True)
            if arguments.save:
                results.save()
        plain.close()
        app.dispose()
    return results


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="leads in the database (%(default)s)")
    parser.add_argument("--parts", help=f"what to measure, with commas between, of {', '.join(PARTS)} "
                                        f"(usually {','.join(USUAL)})")  # fmt: skip
    parser.add_argument("--only", default="", metavar="WORD", help="cases whose key contains this word")
    sizes = ", ".join(f"{size:,}" for size in SIZES)
    parser.add_argument("--growth", action="store_true", help=f"databases with {sizes} leads, one by one")
    parser.add_argument(
        "--processes", action="store_true", help="the list page with 1, 2 and 4 web processes"
    )
    parser.add_argument("--companies", action="store_true", help=f"the leads in {MANY_COMPANIES} companies")
    parser.add_argument("--audit", action="store_true", help=f"with {MUCH_AUDIT:,} rows of audit")
    parser.add_argument("--trade", type=int, default=0, metavar="LINES",
                        help="orders with so many lines (1000000), what is owed for them, and twice as many "
                             "movements of stock")  # fmt: skip
    parser.add_argument(
        "--statements", metavar="KEY", help="print the statements of one page and end (list, own, form, …)"
    )
    parser.add_argument("--save", action=argparse.BooleanOptionalAction, default=True,
                        help="keep the results and write the tables of benchmarks/README.md")  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
