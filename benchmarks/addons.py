"""Run the benchmark of addons: `make bench-addons`, `make bench-addons ROWS=1000000`.

python -m benchmarks.addons [--rows N] [--parts life,companies]
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Final

from sqlalchemy import text

from benchmarks.addon_companies import company_lines
from benchmarks.addon_life import life
from benchmarks.data import bench_server, create_database, database_at, drop_database, state_dir
from benchmarks.measure import OURS, Line, amount
from benchmarks.report import table, write_readme
from benchmarks.results import FOLDER, about_machine, rounded
from benchmarks.toys import some_toys
from core.lifecycle.database import prepare_database
from core.lifecycle.install import initialise

FEW: Final = 10_000
PARTS: Final = ("companies", "life")
BEGIN, END = "<!-- addons -->", "<!-- end of addons -->"
_COMPANIES: Final = "bench_companies"
Content = dict[str, Any]


def main() -> int:
    """Measure, keep the results beside the others, write the tables."""
    parser = argparse.ArgumentParser(prog="make bench-addons", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="rows in the addon's table (%(default)s)")
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure (%(default)s)")
    arguments = parser.parse_args()
    path = FOLDER / "addons" / f"{arguments.rows}.json"
    content: Content = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for part in arguments.parts.split(","):
        content |= _life(arguments.rows) if part == "life" else _companies()
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(rounded(content), ensure_ascii=False, indent=1) + "\n", "utf-8")
    written = _tables(content, arguments.rows)
    print(written)
    write_readme([written], begin=BEGIN, end=END)
    return 0


def _life(rows: int) -> Content:
    found: Content = {}
    with (
        bench_server() as (config, _composed, owner_url),
        some_toys(state_dir(config), 1) as (folder, (addon,)),
    ):
        for number in (FEW, rows):
            with life(config, owner_url, number, folder, addon) as one:
                found[str(number)] = {name: vars(took) for name, took in one.measure().items()}
                print(number, found[str(number)], flush=True)
    return {"life": found}


def _companies() -> Content:
    with bench_server() as (config, composed, owner_url):
        create_database(owner_url, _COMPANIES)
        place = database_at(config, owner_url, _COMPANIES)
        owner, app = place.owner_engine(), place.app_engine()
        try:
            prepare_database(owner, place)
            initialise(owner, place.app_role, composed)
            with owner.connect() as connection:
                about = about_machine(connection.execute(text("show server_version")).scalar_one())
            lines = company_lines(config, composed, app)
        finally:
            app.dispose()
            owner.dispose()
            drop_database(owner_url, _COMPANIES)
    return {"companies": [line.as_json() for line in lines], "about": about}


def _tables(content: Content, rows: int) -> str:
    parts = [f"## Addons, {rows:,} rows"]
    if "life" in content:
        parts += [
            "### One addon, until everything that people wait for was done, milliseconds",
            _life_table(content["life"]),
        ]
    if "companies" in content:
        parts += [
            "### Many companies in one process, and the company switch",
            *_company_tables(content["companies"]),
        ]
    return "\n\n".join(parts)


def _life_table(found: Content) -> str:
    few, many = (found[one] for one in sorted(found, key=int)) if len(found) > 1 else 2 * [*found.values()]
    heads = [
        "operation",
        *(f"{int(one):,} rows" for one in sorted(found, key=int)),
        "times",
        "deferred with most rows",
    ]
    lines = [
        [name, amount(few[name]["foreground"]), amount(took["foreground"]),
         f"{took['foreground'] / few[name]['foreground']:.2f}", amount(took["deferred"])]
        for name, took in many.items()
    ]  # fmt: skip
    return table(heads, lines)


def _company_tables(given: list[Content]) -> list[str]:
    lines = [Line.from_json(one) for one in given]
    visits = [
        [one.name, str(one.sides[OURS]), amount(one.cpu[OURS].median), amount(one.facts["resident"])]
        for one in lines if "resident" in one.facts
    ]  # fmt: skip
    rest = [
        [one.name, f"{amount(one.facts['least'])} ms, {amount(one.facts['most'])} ms" if one.facts else str(one.sides[OURS])]
        for one in lines if "resident" not in one.facts
    ]  # fmt: skip
    return [
        table(["visited", "page, milliseconds", "CPU", "MB resident"], visits),
        table(["switch", "cost"], rest),
    ]


if __name__ == "__main__":
    sys.exit(main())
