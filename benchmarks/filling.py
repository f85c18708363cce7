"""Filling a database: companies with people, customers and leads, all made by the product's own way to write rows.

Rows go through `Env.create_many`, so the search column, sort keys, audit and numbers are what the product makes. Three
processes work side by side; they draw the numbers of each block beforehand, since the numbering rule of a company
lets one transaction in at a time. Commits do not wait for the disk meanwhile.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Engine

from benchmarks.names import PLACES, TRADES, WORDS, company_name, person_name, phone_number
from core.lifecycle.activation import enable
from core.modules.manifest import KERNEL
from core.orm.compose import composition
from core.orm.engine import make_engine
from core.orm.env import Env
from core.orm.numbers import draw_numbers
from core.orm.system_env import system_env

SALESPEOPLE: Final = 40
BLOCK: Final = 1000
PROCESSES: Final = 3
LEAD, CUSTOMER = "crm_leads.lead", "crm_base.customer"
_REASON: Final = "benchmark"
_YEAR: Final = timedelta(days=365)
_STATES: Final = ("new", "assigned", "in_progress", "returned", "upgraded", "closed")
_SHARES: Final = (10, 25, 30, 5, 15, 15)
_NOBODYS: Final = frozenset({"new", "returned"})
UNTIL: Final = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
_engines: list[Engine] = []


@dataclass(frozen=True)
class Company:
    """A company of the benchmark and its users, the general manager first."""

    id: int
    users: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """Rows that one transaction makes."""

    model: str
    company: Company
    number: int
    numbers: tuple[str, ...]
    at: datetime
    customers: tuple[int, ...] = ()


def make_company(connection: Connection, code: str, people: int = SALESPEOPLE) -> Company:
    """A company with all addons on, a general manager and salespeople below."""
    everything = frozenset(composition().addons)
    with system_env(connection, 0, everything, _REASON) as env:
        company: Any = env.create("base.company", name=f"Company {code}", code=code)
        logins = ["chief", *(f"sales{n}" for n in range(people))]
        users: list[Any] = [
            env.create("base.user", name=person_name(random.Random(n)), login=f"{code}_{login}")
            for n, login in enumerate(logins)
        ]
    enable_all(connection, company.id)
    with system_env(connection, company.id, everything, _REASON) as env:
        role = composition().info("base.role").cls
        chief = env.first(role, role.code == "crm_base.general_manager")
        sales = env.first(role, role.code == "crm_base.salesperson")
        boss = None
        for n, user in enumerate(users):
            env.create("base.user_role", user=user, role=chief if n == 0 else sales, company=company.id)
            post: Any = env.create("base.employee", name=user.name, user=user, superior=boss)
            boss = boss or post
    return Company(company.id, tuple(user.id for user in users))


def enable_all(connection: Connection, company: int) -> None:
    """Switch every addon of the product on in the company."""
    for addon in composition().addons:
        if addon != KERNEL:
            enable(connection, company, addon, with_dependencies=True)


def fill(app_url: str, shares: list[tuple[Company, int]]) -> None:
    """Make so many leads in each company, and customers for a tenth of them."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_begin, initargs=(app_url,)) as pool:
        engine = make_engine(app_url, pooled=False)
        customers: dict[int, tuple[int, ...]] = {}
        for company, leads in shares:
            made = pool.map(_make, list(_blocks(engine, CUSTOMER, company, max(1, leads // 10))))
            customers[company.id] = tuple(key for ids in made for key in ids)
        blocks = [
            block
            for company, leads in shares
            for block in _blocks(engine, LEAD, company, leads, customers[company.id])
        ]
        for _ids in pool.map(
            _make, sorted(blocks, key=lambda block: block.at)
        ):  # companies grow side by side
            pass
        engine.dispose()


def _begin(app_url: str) -> None:
    _engines.append(make_engine(app_url, pool_size=1))


def _blocks(
    engine: Engine, model: str, company: Company, rows: int, customers: tuple[int, ...] = ()
) -> Iterator[Block]:
    """Blocks spread over a year, oldest first, with their numbers."""
    count = -(-rows // BLOCK)
    for n in range(count):
        at = UNTIL - _YEAR * (count - n) / count
        size = min(BLOCK, rows - n * BLOCK)
        with engine.begin() as connection, _env_at(connection, company, at) as env:
            numbers = tuple(draw_numbers(env, model, size))
        dice = random.Random(f"{company.id} {n}")
        chosen = tuple(dice.choices(customers, k=size)) if customers else ()
        yield Block(model, company, n, numbers, at, chosen)


@contextmanager
def _env_at(connection: Connection, company: Company, at: datetime) -> Iterator[Env]:
    """The kernel's Env in this company at a point in time."""
    with system_env(connection, company.id, frozenset(composition().addons), _REASON) as env:
        env.clock = lambda: at
        yield env


def _make(block: Block) -> list[int]:
    dice = random.Random(f"{block.model} {block.company.id} {block.number}")
    make = _lead if block.model == LEAD else _customer
    rows = [make(dice, block, n) for n in range(len(block.numbers))]
    with _engines[0].begin() as connection:
        connection.exec_driver_sql("set local synchronous_commit = off")
        with _env_at(connection, block.company, block.at) as env:
            return env.create_many(block.model, rows)


def _customer(dice: random.Random, block: Block, n: int) -> dict[str, Any]:
    return {
        "code": block.numbers[n], "name": company_name(dice), "phone": phone_number(dice),
        "owner": dice.choice(block.company.users[1:]), "province": dice.choice(PLACES),
    }  # fmt: skip


def _lead(dice: random.Random, block: Block, n: int) -> dict[str, Any]:
    name = company_name(dice)
    state = dice.choices(_STATES, _SHARES)[0]
    is_named = dice.random() < 0.9
    return {
        "number": block.numbers[n], "title": f"{name} {dice.choice(TRADES)}",
        "company_name": name if is_named else None, "person": person_name(dice), "phone": phone_number(dice),
        "province": dice.choice(PLACES), "state": state,
        "owner": None if state in _NOBODYS else dice.choice(block.company.users[1:]),
        "customer": block.customers[n], "expected_revenue": Decimal(dice.randrange(1_000, 900_000)),
        "priority": dice.choice(["low", "normal", "high"]), "keyword": dice.choice(WORDS),
        "follow_up_on": (block.at + timedelta(days=dice.randrange(0, 60))).date() if is_named else None,
    }  # fmt: skip
