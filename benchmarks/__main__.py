"""Run the benchmark: `make bench`, `make bench ROWS=1000000`, `make bench ARGS="--parts pages --only search"`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from benchmarks.data import Bench, Recipe, bench_database
from benchmarks.inside import page_lines
from benchmarks.measure import Line
from benchmarks.plain import Plain
from benchmarks.report import heading, page_table, write_readme
from benchmarks.results import Results, about_machine, results_of
from benchmarks.subjects import Subjects, find_subjects


@dataclass(frozen=True)
class Run:
    """Everything that a part of the benchmark needs. `wanted` says whether a case is to be measured."""

    bench: Bench
    app: Engine
    subjects: Subjects
    plain: Plain
    wanted: Callable[[str], bool]


def _pages(run: Run) -> list[Line]:
    return page_lines(run.bench, run.subjects, run.plain, run.wanted)


PARTS: dict[str, Callable[[Run], list[Line]]] = {"pages": _pages}


def main() -> int:
    """Measure the wanted parts, keep the results, write the tables."""
    arguments = _arguments()
    recipe = Recipe(arguments.rows)
    results = results_of(recipe)
    with bench_database(recipe) as bench:
        app = bench.database.app_engine()
        subjects = find_subjects(app)
        plain = Plain(bench.database.owner_url, subjects.company, subjects.owner)
        results.about = about_machine(plain.rows("show server_version")[0][0])
        run = Run(bench, app, subjects, plain, lambda key: arguments.only in key)
        for part in arguments.parts.split(","):
            lines = PARTS[part](run)
            results.put(part, lines)
            print(page_table(lines), flush=True)
        plain.close()
        app.dispose()
    if arguments.save:
        results.save()
        _write(results)
    return 0


def _write(results: Results) -> None:
    write_readme([heading(results), "## Pages", page_table(results.parts.get("pages", []))])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="leads in the database (%(default)s)")
    parser.add_argument(
        "--parts", default=",".join(PARTS), help="what to measure, with commas between (%(default)s)"
    )
    parser.add_argument("--only", default="", metavar="WORD", help="cases whose key contains this word")
    parser.add_argument("--save", action=argparse.BooleanOptionalAction, default=True,
                        help="keep the results and write the tables of benchmarks/README.md")  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
