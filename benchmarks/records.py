"""Reading and writing through the `Env`, without pages, beside psycopg2 doing the same SQL; what is written is taken
back on both sides."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine

from benchmarks import plain as sql
from benchmarks.browser import counting
from benchmarks.filling import LEAD
from benchmarks.inside import Queries, queries_of
from benchmarks.measure import OURS, PLAIN, Line, Side, Work, side_by_side
from benchmarks.names import company_name, phone_number
from benchmarks.pages import COLUMNS
from benchmarks.plain import Plain
from benchmarks.subjects import Subjects, env_of
from core.orm.env import Env

SUM = [("sum", "expected_revenue")]
_SECONDS = 25.0


def record_lines(app: Engine, subjects: Subjects, plain: Plain, wanted: Callable[[str], bool]) -> list[Line]:
    """All lines; each run of our side is a transaction of its own."""
    gc.freeze()
    queries = queries_of(plain, subjects)
    reading = [_read(app, subjects, case, queries) for case in _readings(subjects) if wanted(case[0])]
    return reading + [case() for key, case in _writings(app, subjects, plain) if wanted(key)]


def _readings(subjects: Subjects) -> Iterator[tuple[str, str, Callable[[Env], object], str]]:
    """Key, name, our work, and the key of plain psycopg2's query."""

    def filtered(env: Env) -> object:
        where = [
            env.condition(LEAD, "state", "eq", "in_progress"),
            env.condition(LEAD, "owner", "eq", str(subjects.owner)),
        ]
        return env.page(LEAD, COLUMNS, *where), env.count(LEAD, *where)

    def found(words: str) -> Callable[[Env], object]:
        return lambda env: (env.page(LEAD, COLUMNS, search=words), env.count(LEAD, search=words))

    yield "read list", "a page of 80 × 10", lambda env: env.page(LEAD, COLUMNS), "list"
    yield "count", "count of everything, up to 10,000", lambda env: env.count(LEAD), "count"
    for key, words in subjects.searches.items():
        yield f"read search {key}", f"search by {key}, with count", found(words), f"search {key}"
    yield "read filter", "state + owner, with count", filtered, "filter"
    yield (
        "read group state",
        "group by state, count and sum",
        lambda env: env.group(LEAD, ["state"], SUM),
        "group state",
    )
    yield (
        "read group month owner", "group by month × owner, count and sum",
        lambda env: env.group(LEAD, ["created_at:month", "owner"], SUM), "group month owner",
    )  # fmt: skip
    yield "read one", "one record by id", lambda env: env.read(LEAD, subjects.lead, COLUMNS), "form"


def _read(app: Engine, subjects: Subjects, case: Any, queries: Queries) -> Line:
    key, name, work, query = case
    with env_of(app, subjects.chief) as env, counting(app) as counted:
        work(env)
    line = side_by_side(
        key,
        name,
        {OURS: Side(_transaction(app, subjects, work)), PLAIN: Side(queries[query])},
        seconds=_SECONDS,
    )
    line.facts |= {"statements": counted.statements, "database": counted.milliseconds}
    return line


def _transaction(app: Engine, subjects: Subjects, work: Callable[[Env], object]) -> Work:
    def run() -> None:
        with env_of(app, subjects.chief) as env:
            work(env)

    return run


def _writings(app: Engine, subjects: Subjects, plain: Plain) -> Iterator[tuple[str, Callable[[], Line]]]:
    dice = random.Random(7)
    turn = iter(range(10**9))
    ids = [
        row[0]
        for row in plain.rows(
            f"select id from crm_leads.lead where {sql.MINE} and state = 'in_progress' order by id limit 1000"
        )
    ]

    def create(count: int) -> Callable[[Env], object]:
        return lambda env: env.create_many(LEAD, [_lead(dice) for _n in range(count)])

    def update(count: int) -> Callable[[Env], object]:
        return lambda env: env.write_many(LEAD, ids[:count], remarks=f"r{next(turn)}")

    def line(key: str, name: str, count: int, ours: Callable[[Env], object], theirs: Work) -> Line:
        with env_of(app, subjects.chief) as env, counting(app) as counted:
            ours(env)
        runs, warm = (25, 3) if count == 1 else (9, 1) if count <= 1000 else (5, 1)
        sides = {OURS: Side(_transaction(app, subjects, ours)), PLAIN: Side(theirs)}
        found = side_by_side(key, name, sides, runs=runs, seconds=_SECONDS, warm=warm)
        facts = {"statements": counted.statements, "database": counted.milliseconds}
        found.facts |= facts | {"rate": count * 1000 / found.sides[OURS].median}
        return found

    for count in (1, 1000, 10_000):
        yield f"create {count}", lambda count=count: line(
            f"create {count}", f"create {count:,}, audited, numbered, searchable", count, create(count),
            lambda: plain.create(count),
        )  # type: ignore[misc]  # fmt: skip
    for count in (1, 1000):
        yield f"update {count}", lambda count=count: line(
            f"update {count}", f"update {count:,}, audited", count, update(count),
            lambda: plain.update(ids[:count], "text"),
        )  # type: ignore[misc]  # fmt: skip


def _lead(dice: random.Random) -> dict[str, Any]:
    name = company_name(dice)
    return {
        "title": name, "company_name": name, "phone": phone_number(dice), "priority": "normal",
        "expected_revenue": dice.randrange(1_000, 900_000),
    }  # fmt: skip
