"""Pages without sockets: the product's, the floor's and plain psycopg2's query in turns, with statements and CPU."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Final

from sqlalchemy import Engine

from benchmarks import plain as sql
from benchmarks.browser import Browser, counting
from benchmarks.data import Bench, state_dir
from benchmarks.floor import make_floor
from benchmarks.measure import FLOOR, OURS, PLAIN, Line, Side, Work, side_by_side
from benchmarks.pages import Case, cases
from benchmarks.plain import Plain
from benchmarks.subjects import Subjects
from core.orm.grams import query_grams
from core.web.app import make_app
from core.web.logs import configure_logs

Queries = dict[str, Work]
COUNTED: Final = 5


def page_lines(bench: Bench, subjects: Subjects, plain: Plain, wanted: Callable[[str], bool]) -> list[Line]:
    """Every page in turns with the floor's and with its queries alone."""
    engine = bench.database.app_engine()
    log_into_file(bench)
    application = make_app(bench.config, bench.composed, engine=engine, reload=False)
    host = bench.config.base_url.partition("://")[2]
    chief = Browser(application, host, subjects.chief.token)
    salesperson = Browser(application, host, subjects.salesperson.token)
    floor = Browser(make_floor(bench.database.owner_url, subjects.company), host)
    queries = queries_of(plain, subjects)
    gc.freeze()
    lines = []
    for case in cases(subjects):
        if not wanted(case.key):
            continue
        browser = salesperson if case.by_salesperson else chief
        line = _measured(case, browser, floor, queries)
        line.facts |= counted_page(engine, browser, case.path)
        lines.append(line)
    engine.dispose()
    return lines


def counted_page(engine: Engine, browser: Browser, path: str) -> dict[str, float]:
    """Statements of a page, the milliseconds waited for them (median of five pages), its length."""
    waited, body = [], b""
    for _n in range(COUNTED):
        with counting(engine) as counted:
            body = browser.get(path)
        waited.append(counted.milliseconds)
    return {"statements": counted.statements, "database": statistics.median(waited), "bytes": len(body)}


def log_into_file(bench: Bench) -> None:
    """A request's log line is written as in a web process, into a file beside the cluster."""
    log = (state_dir(bench.config) / "requests.log").open("w")
    with redirect_stderr(log):
        configure_logs()


def _measured(case: Case, browser: Browser, floor: Browser, queries: Queries) -> Line:
    sides = {OURS: Side(lambda: browser.get(case.path))}
    if case.floor is not None:
        address = case.floor
        sides[FLOOR] = Side(lambda: floor.get(address))
    if case.key in queries:
        sides[PLAIN] = Side(queries[case.key])
    return side_by_side(case.key, case.name, sides, seconds=8)


def queries_of(plain: Plain, subjects: Subjects) -> Queries:
    """The queries that psycopg2 needs for the same page, by the key of the case."""
    found: Queries = {
        "list": lambda: plain.rows(sql.PAGE.format(order=sql.order_by("-id"), limit=81)),
        "after": lambda: plain.rows(sql.AFTER, after=subjects.lead),
        "filter": lambda: (plain.rows(sql.FILTERED), plain.rows(sql.COUNT_FILTERED)),
        "count": lambda: plain.rows(sql.COUNT_ALL),
        "group state": lambda: plain.rows(sql.BY_STATE),
        "group month owner": lambda: plain.rows(sql.BY_MONTH_AND_OWNER),
        "form": lambda: plain.rows(sql.ONE, id=subjects.lead),
        "own": lambda: plain.rows(sql.OWN),
    }
    for key, words in subjects.searches.items():
        found[f"search {key}"] = _search(plain, words)
    for column in sql.SORTS:
        for sign in ("", "-"):
            found[f"list by {sign}{column}"] = _sorted(plain, sql.order_by(f"{sign}{column}"))
    return found


def _search(plain: Plain, words: str) -> Work:
    grams = query_grams(words)[0]
    return lambda: (plain.rows(sql.FOUND, grams=grams), plain.rows(sql.COUNT_FOUND, grams=grams))


def _sorted(plain: Plain, order: str) -> Work:
    return lambda: plain.rows(sql.PAGE.format(order=order, limit=81))
