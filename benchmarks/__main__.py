"""Run the benchmark: `make bench`, `ROWS=1000000 make bench`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from sqlalchemy import text

from benchmarks.data import bench_database, company_name, env_of
from benchmarks.measure import Line, side_by_side, table
from benchmarks.pages import Browser
from benchmarks.plain import COUNTED, FILTERED, GROUPED, ONE, PAGE, Plain
from core.config import process_environment
from core.orm.env import Env

COLUMNS = ["number", "title", "state", "company_name", "province", "expected_revenue", "priority", "created_at",
           "customer", "owner"]  # fmt: skip
RESULT = Path(__file__).parent / "README.md"


def main() -> int:
    """Measure everything and write the table."""
    rows = int(process_environment().get("ROWS", "200000"))
    with bench_database(rows) as (composed, database, config):
        app = database.app_engine()
        with app.connect() as connection:
            owner = connection.execute(
                text("select id from base.user where login = 'main_sales3'")
            ).scalar_one()
            company = connection.execute(text("select id from base.company where code = 'main'")).scalar_one()
        plain = Plain(database.owner_url, company, owner)
        with env_of(app, "main_chief") as env:
            lines = _reading(env, plain, owner)
        with env_of(app, "main_sales3") as env:
            lines.append(
                side_by_side(
                    "list, a salesperson who sees the own rows", lambda: env.page("crm_leads.lead", COLUMNS)
                )
            )
        with env_of(app, "main_chief") as env:
            lines += _writing(env, plain)
        lines += Browser(config, composed, app, "main_chief").lines(env_rows=rows)
    print(table(lines))
    _write(rows, lines)
    return 0


def _reading(env: Env, plain: Plain, owner: int) -> list[Line]:
    lead = "crm_leads.lead"
    deep = _after_rows(env, 8000)
    middle = env.page(lead, ["title"], limit=1).rows[0][0] - 500
    common = env.condition(lead, "state", "eq", "in_progress"), env.condition(lead, "owner", "eq", str(owner))
    return [
        side_by_side("list, 80 rows × 10 columns", lambda: env.page(lead, COLUMNS),
                     lambda: plain.rows(PAGE.format(order="id desc"))),
        side_by_side("list by amount", lambda: env.page(lead, COLUMNS, order="-expected_revenue"),
                     lambda: plain.rows(PAGE.format(order="expected_revenue desc nulls last, id desc"))),
        side_by_side("list after 8,000 rows", lambda: env.page(lead, COLUMNS, after=deep)),
        side_by_side("search by two Chinese characters", lambda: env.page(lead, COLUMNS, search="华腾")),
        side_by_side("search by pinyin initials", lambda: env.page(lead, COLUMNS, search="htkj")),
        side_by_side("search by part of a number", lambda: env.page(lead, COLUMNS, search="13812")),
        side_by_side("search with count", lambda: (env.page(lead, COLUMNS, search="华腾"), env.count(lead, search="华腾"))),
        side_by_side("capped count of everything", lambda: env.count(lead)),
        side_by_side("state + owner with count", lambda: (env.page(lead, COLUMNS, *common), env.count(lead, *common)),
                     lambda: (plain.rows(FILTERED), plain.rows(COUNTED))),
        side_by_side("group by state with sum", lambda: env.group(lead, ["state"], [("sum", "expected_revenue")]),
                     lambda: plain.rows(GROUPED), runs=7),
        side_by_side("read one record", lambda: env.read(lead, middle, COLUMNS), lambda: plain.rows(ONE, id=middle)),
    ]  # fmt: skip


def _after_rows(env: Env, count: int) -> str:
    after: str | None = None
    for _page in range(count // 500):
        after = env.page("crm_leads.lead", ["title"], after=after, limit=500).next
    assert after is not None
    return after


def _writing(env: Env, plain: Plain) -> list[Line]:
    import random

    dice = random.Random(7)

    def create(count: int) -> list[int]:
        return env.create_many(
            "crm_leads.lead", [{"title": company_name(dice), "phone": "13800000000"} for _n in range(count)]
        )

    ids = create(1000)
    turn = iter(range(10**9))
    return [
        side_by_side("create 1", lambda: create(1), lambda: plain.create(1)),
        side_by_side(
            "create 1,000", lambda: create(1000), lambda: plain.create(1000), runs=5, note=_rate(1000)
        ),
        side_by_side("create 10,000", lambda: create(10_000), lambda: plain.create(10_000), runs=3),
        side_by_side("update 1", lambda: env.write_many("crm_leads.lead", ids[:1], remarks=f"r{next(turn)}")),
        side_by_side(
            "update 1,000", lambda: env.write_many("crm_leads.lead", ids, remarks=f"r{next(turn)}"), runs=7
        ),
    ]


def _rate(count: int) -> str:
    return f"audited, searched, numbered; {count:,} in one call"


def _write(rows: int, lines: list[Line]) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    head = (
        RESULT.read_text("utf-8").partition("<!-- figures -->")[0] if RESULT.exists() else "# Benchmarks\n\n"
    )
    text_ = f"<!-- figures -->\n\n{rows:,} leads, Python {sys.version.split()[0]}, {memory} MB in this process.\n\n{table(lines)}\n"
    RESULT.write_text(head + text_, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
