"""The logical data that every peer gets: two companies, their salespeople, customers and leads.

The same kind of names as in the product's own benchmark. The same rows on every run.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.names import company_name, person_name, phone_number

GENERATOR: Final = 1
SALESPEOPLE: Final = 40
SHARES: Final = (1, 20)
"""The first company has as many leads as asked for, the second a twentieth."""
SCHEMA: Final = Path(__file__).with_name("source.sql")
_BATCH: Final = 20_000
_STAGES: Final = ("new", "assigned", "in_progress", "returned", "upgraded", "closed")
_WEIGHTS: Final = (10, 25, 30, 5, 15, 15)
_REGIONS: Final = tuple("北京 上海 广东 浙江 四川 湖北 陕西 江苏 重庆 山东 湖南 辽宁 福建 河南 安徽".split())
_NOW: Final = datetime(2026, 11, 1)


def load_source(connection: Any, rows: int) -> None:
    """Write the schema `source` through this psycopg2 connection; the caller commits."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA.read_text("utf-8"))
        for table, records in (("owner", _owners()), ("customer", _customers(rows)), ("lead", _leads(rows))):
            _copy(cursor, table, records)
        cursor.execute("analyze source.lead, source.customer, source.owner")


def _copy(cursor: Any, table: str, records: Iterator[tuple[Any, ...]]) -> None:
    lines: list[str] = []
    for number, record in enumerate(records, 1):
        lines.append("\t".join(r"\N" if value is None else str(value) for value in record) + "\n")
        if number % _BATCH == 0:
            cursor.copy_expert(f"copy source.{table} from stdin", io.StringIO("".join(lines)))
            lines.clear()
    cursor.copy_expert(f"copy source.{table} from stdin", io.StringIO("".join(lines)))


def _owners() -> Iterator[tuple[Any, ...]]:
    dice = random.Random(1)
    for number in range(len(SHARES) * SALESPEOPLE):
        yield number + 1, number // SALESPEOPLE + 1, person_name(dice)


def _customers_of(rows: int, company: int) -> range:
    """Ten leads a customer; the companies' numbers follow each other."""
    counts = [max(1, rows // share // 10) for share in SHARES]
    first = 1 + sum(counts[: company - 1])
    return range(first, first + counts[company - 1])


def _customers(rows: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(2)
    for company in range(1, len(SHARES) + 1):
        for number in _customers_of(rows, company):
            yield number, company, company_name(dice), phone_number(dice), dice.choice(_REGIONS)


def _leads(rows: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(3)
    number = 0
    for company, share in enumerate(SHARES, 1):
        customers = _customers_of(rows, company)
        for _n in range(rows // share):
            number += 1
            stage = dice.choices(_STAGES, _WEIGHTS)[0]
            owner = (company - 1) * SALESPEOPLE + 1 + dice.randrange(SALESPEOPLE)
            yield (
                number, company, f"L{number:08d}", company_name(dice), dice.choice(customers),
                None if stage in ("new", "returned") else owner, stage, dice.choice(_REGIONS), phone_number(dice),
                dice.randrange(1_000, 900_000), dice.choice(("low", "normal", "high")), f"K{dice.randrange(500)}",
                (_NOW + timedelta(days=dice.randrange(-90, 60))).date(),
                _NOW - timedelta(minutes=dice.randrange(1_000_000)), "第一次联系 first contact",
            )  # fmt: skip
