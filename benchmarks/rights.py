"""Run the benchmark of rights: `make bench-rights`, `make bench-rights ROWS=1000000`.

5,000 users, 300 departments in 4 levels, 200 roles, 500 sharing rules. The same pages as the administrator of the
company, as the director of a division, and as salespeople with few roles and with many; then a department moves.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Engine

from benchmarks.browser import Browser
from benchmarks.data import Bench, Recipe, bench_database
from benchmarks.filling import CUSTOMER
from benchmarks.inside import counted_page, log_into_file
from benchmarks.measure import Figure, Line, Side, amount, side_by_side
from benchmarks.pages import LEAD, list_of
from benchmarks.report import table, write_readme
from benchmarks.results import FOLDER, about_machine, rounded
from benchmarks.staff import ADMIN, DIRECTOR, FEW, MANY, RULES
from benchmarks.subjects import SEARCHES, Person, env_of, sign_in
from core.auth.environment import make_env
from core.orm.context import use_env
from core.orm.engine import session_factory, set_scope
from core.web.app import make_app

PEOPLE: Final = 5000
LIMIT: Final = 1.5
"""How many times as long as the administrator's page the same page may take."""
MOVES: Final = 5
BEGIN, END = "<!-- rights -->", "<!-- end of rights -->"
_CUSTOMERS: Final = f"/r/{CUSTOMER}"
_WORDS: Final = SEARCHES["two Chinese characters"]
CASES: Final = {
    "list of leads": list_of(),
    "leads found by two characters, with count": list_of(q=_WORDS),
    "leads in progress, with count": list_of(("f", "state:eq:in_progress")),
    "leads by state, count and sum": f"{LEAD}?preset=all&group=state",
    "list of customers": f"{_CUSTOMERS}?preset=all",
    "customers found by two characters, with count": f"{_CUSTOMERS}?preset=all&q={quote(_WORDS)}",
    "customers by owner": f"{_CUSTOMERS}?preset=all&group=owner",
}
WHO: Final = {
    "administrator": ADMIN, "director": DIRECTOR, "salesperson": FEW, "salesperson with 13 roles": MANY,
}  # fmt: skip


def main() -> int:
    """Measure, keep the results beside the others, write the tables."""
    parser = argparse.ArgumentParser(prog="make bench-rights", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="leads of the company (%(default)s)")
    parser.add_argument("--people", type=int, default=PEOPLE, help="users of the company (%(default)s)")
    parser.add_argument("--save", action=argparse.BooleanOptionalAction, default=True,
                        help="keep the results and write the tables of benchmarks/README.md")  # fmt: skip
    arguments = parser.parse_args()
    with bench_database(Recipe(arguments.rows, people=arguments.people)) as bench:
        app = bench.database.app_engine()
        people = {name: sign_in(app, login) for name, login in WHO.items()}
        lines = [*_pages(bench, people), _move(bench, app, people)]
        with app.connect() as connection:
            about = about_machine(str(connection.exec_driver_sql("show server_version").scalar_one()))
        app.dispose()
    written = _written(arguments, lines, about)
    print(written)
    if arguments.save:
        path = FOLDER / "rights" / f"{arguments.rows}.json"
        path.parent.mkdir(exist_ok=True)
        content = {"about": about, "lines": [one.as_json() for one in lines]}
        path.write_text(json.dumps(rounded(content), ensure_ascii=False, indent=1) + "\n", "utf-8")
        write_readme([written], begin=BEGIN, end=END)
    return 0


def _pages(bench: Bench, people: dict[str, Person]) -> list[Line]:
    """Each page as everybody, in turns."""
    engine = bench.database.app_engine()
    log_into_file(bench)
    application = make_app(bench.config, bench.composed, engine=engine, reload=False)
    host = bench.config.base_url.partition("://")[2]
    browsers = {name: Browser(application, host, person.token) for name, person in people.items()}
    lines = []
    for name, path in CASES.items():
        sides = {who: Side(partial(browser.get, path)) for who, browser in browsers.items()}
        line = side_by_side(name, name, sides, seconds=15)
        for who, browser in browsers.items():
            line.facts[who] = counted_page(engine, browser, path)["statements"]
        lines.append(line)
    engine.dispose()
    return lines


def _move(bench: Bench, app: Engine, people: dict[str, Person]) -> Line:
    """An area with its stores goes to another division and back; the director's next page is the answer."""
    engine = bench.database.app_engine()
    application = make_app(bench.config, bench.composed, engine=engine, reload=False)
    director = Browser(application, bench.config.base_url.partition("://")[2], people["director"].token)
    seen, moved, answered = [_seen(app)], [], []
    for n in range(2 * MOVES):
        moved.append(_timed(partial(_hang, app, people["administrator"], f"L1-00{(n + 1) % 2}")))
        answered.append(_timed(partial(director.get, CASES["list of leads"])))
        seen.append(_seen(app))
    engine.dispose()
    if seen[0] != seen[2] or seen[1] >= seen[0]:
        raise RuntimeError(f"the director's leads did not follow the department: {seen}")
    return Line("move", "an area with its stores moves", {"moved": Figure.of(moved), "next page": Figure.of(answered)},
                facts={"before": seen[0], "after": seen[1]})  # fmt: skip


def _hang(app: Engine, person: Person, division: str) -> None:
    """Put the first area below this division, committed."""
    with session_factory(app).begin() as session:
        set_scope(session, person.scope)
        env = make_env(session, person.identity, "page")
        with use_env(env):
            table: Any = env.info("base.department").cls
            rows: list[Any] = env.search("base.department", table.code.in_(["L2-000", division]))
            found = {one.code: one.id for one in rows}
            env.write_many("base.department", [found["L2-000"]], parent=found[division])


def _seen(app: Engine) -> int:
    """How many leads the director can see now; what a sign-in finds out is asked anew."""
    with env_of(app, sign_in(app, DIRECTOR)) as env:
        return int(env.count("crm_leads.lead", cap=None).value)


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _written(arguments: argparse.Namespace, lines: list[Line], about: dict[str, str]) -> str:
    *pages, move = lines
    first, *others = WHO
    rows = []
    for line in pages:
        base, cells = line.sides[first].median, [f"{line.sides[first]} · {amount(line.facts[first])}"]
        for who in others:
            times = line.sides[who].median / base
            mark = "" if times <= LIMIT else " **missed**"
            cells.append(f"{line.sides[who]} · {amount(line.facts[who])} · × {times:.2f}{mark}")
        rows.append([line.name, *cells])
    return "\n\n".join([
        f"## Rights, {arguments.rows:,} leads, {arguments.people:,} users, 300 departments, 200 roles, {RULES} rules",
        ", ".join(f"{name} {value}" for name, value in about.items() if value) + ".",
        f"Milliseconds · statements · times the administrator's page, which may be {LIMIT}.",
        table(["page", *WHO], rows),
        f"{move.name}: committed after {amount(move.sides['moved'].median)} ms; the director's next page, "
        f"{amount(move.sides['next page'].median)} ms, knows it ({amount(move.facts['before'])} leads before, "
        f"{amount(move.facts['after'])} after).",
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
