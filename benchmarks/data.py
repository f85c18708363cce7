"""The data of the benchmark: two companies with customers and leads, made through the Env like any others.

The cluster is kept; a database is reused as long as tables, generator and number of rows are the same.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.config import Config, load_config
from core.lifecycle.activation import enable
from core.lifecycle.database import Database, database_of, prepare_database
from core.lifecycle.install import fingerprint, initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, compose, composition
from core.orm.context import use_env
from core.orm.engine import make_engine, session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.server.embedded import EmbeddedServer

GENERATOR: Final = 1
SALESPEOPLE: Final = 40
BATCH: Final = 2000
_SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
_PLACES: Final = "北京 上海 广州 深圳 杭州 成都 武汉 西安 南京 重庆 苏州 青岛 长沙 大连 宁波".split()
_TRADES: Final = "科技 贸易 制造 电子 食品 医药 物流 建筑 教育 传媒 能源 化工 服装 汽车 农业".split()
_WORDS: Final = "华 腾 鑫 盛 瑞 恒 达 信 通 博 远 中 联 创 新 天 龙 金 宏 益 嘉 泰 安 顺 福".split()
_ENGLISH: Final = "Blue North Star Prime Delta Orion Summit Vertex Nova Atlas Harbor Cedar".split()


@contextmanager
def bench_database(rows: int) -> Iterator[tuple[Composition, Database, Any]]:
    """The composed product and a filled database of this size; also the ids that the cases use."""
    config = load_config({})
    found = discover(config)
    composed = compose(load(order(found, [one.name for one in found if one.error is None])))
    key = hashlib.sha256(f"{fingerprint(composed)}{GENERATOR}{rows}".encode()).hexdigest()[:10]
    with EmbeddedServer(config.state_dir / "bench", config.postgres_bin).start() as running:
        name = f"bench_{key}"
        database = _database(config, running.owner_url, name)
        owner = database.owner_engine()
        if not _is_filled(owner):
            owner.dispose()
            _recreate(running.owner_url, name)
            print(f"Filling {name} with {rows:,} leads (kept for the next time) …", flush=True)
            _fill(owner, database, composed, rows)
        yield composed, database, config
        owner.dispose()


def _database(config: Config, owner_url: str, name: str) -> Database:
    url = make_url(owner_url).set(database=name).render_as_string(False)
    return database_of(
        replace(config, database_url=url, owner_url=None, state_dir=config.state_dir / "bench")
    )


def _is_filled(owner: Engine) -> bool:
    """A database that was given up half filled is made again."""
    try:
        with owner.connect() as connection:
            found = connection.execute(text("select to_regclass('public.bench_done')")).scalar_one()
    except OperationalError:
        return False
    return found is not None


def _recreate(owner_url: str, name: str) -> None:
    admin = make_engine(owner_url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'drop database if exists "{name}" with (force)')
        connection.exec_driver_sql(f'create database "{name}"')
    admin.dispose()


def _fill(owner: Engine, database: Database, composed: Composition, rows: int) -> None:
    prepare_database(owner, database)
    initialise(owner, database.app_role, composed)
    app = database.app_engine()
    with app.begin() as connection:
        people = _people(connection, composed)
    started = time.perf_counter()
    for number, (company, users) in enumerate(people):
        share = rows if number == 0 else rows // 20
        _leads(app, company, users, share)
    print(f"  {rows:,} leads in {time.perf_counter() - started:.0f} s", flush=True)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
        connection.exec_driver_sql("create table public.bench_done ()")
    app.dispose()


def _people(connection: Any, composed: Composition) -> list[tuple[int, list[int]]]:
    made = []
    everything = frozenset(composed.addons)
    for code in ("main", "second"):
        with system_env(connection, 0, everything, "benchmark") as env:
            company: Any = env.create("base.company", name=f"Company {code}", code=code)
            logins = ["chief", *(f"sales{n}" for n in range(SALESPEOPLE))]
            users: list[Any] = [env.create("base.user", name=_person(random.Random(n)), login=f"{code}_{login}")
                     for n, login in enumerate(logins)]  # fmt: skip
        for addon in composed.addons:
            if addon != KERNEL:
                enable(connection, company.id, addon, with_dependencies=True)
        with system_env(connection, company.id, everything, "benchmark") as env:
            role = composed.info("base.role").cls
            chief = env.first(role, role.code == "crm_base.general_manager")
            sales = env.first(role, role.code == "crm_base.salesperson")
            boss = None
            for n, user in enumerate(users):
                env.create("base.user_role", user=user, role=chief if n == 0 else sales, company=company.id)
                post: Any = env.create("base.employee", name=user.name, user=user, superior=boss)
                boss = boss or post
        made.append((company.id, [user.id for user in users]))
    return made


def _person(dice: random.Random) -> str:
    return dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2))


def company_name(dice: random.Random) -> str:
    """A Chinese name, sometimes an English one."""
    if dice.random() < 0.15:
        return f"{dice.choice(_ENGLISH)} {dice.choice(_ENGLISH)} {dice.randrange(9999)} Ltd"
    return f"{dice.choice(_PLACES)}{''.join(dice.sample(_WORDS, 3))}{dice.choice(_TRADES)}有限公司"


def _leads(app: Engine, company: int, users: list[int], rows: int) -> None:
    dice = random.Random(company)
    customers: list[int] = []
    for start in range(0, max(1, rows // 10), BATCH):
        count = min(BATCH, max(1, rows // 10) - start)
        batch = [
            {"name": company_name(dice), "phone": _phone(dice), "owner": dice.choice(users[1:])}
            for _ in range(count)
        ]
        customers += _create(app, company, "crm_base.customer", batch)
    states = ["new", "assigned", "in_progress", "returned", "upgraded", "closed"]
    today = datetime.now(UTC)
    for start in range(0, rows, BATCH):
        batch = []
        for _n in range(min(BATCH, rows - start)):
            name = company_name(dice)
            state = dice.choices(states, [10, 25, 30, 5, 15, 15])[0]
            batch.append({
                "title": f"{name} {dice.choice(_TRADES)}", "company_name": name, "person": _person(dice),
                "phone": _phone(dice), "province": dice.choice(_PLACES), "state": state,
                "owner": None if state in ("new", "returned") else dice.choice(users[1:]),
                "customer": dice.choice(customers), "expected_revenue": Decimal(dice.randrange(1_000, 900_000)),
                "priority": dice.choice(["low", "normal", "high"]), "keyword": dice.choice(_WORDS),
                "follow_up_on": (today + timedelta(days=dice.randrange(-90, 60))).date(),
            })  # fmt: skip
        _create(app, company, "crm_leads.lead", batch)


def _phone(dice: random.Random) -> str:
    return f"13{dice.randrange(10**9):09d}"


def _create(app: Engine, company: int, model: str, batch: list[dict[str, Any]]) -> list[int]:
    with (
        app.begin() as connection,
        system_env(connection, company, frozenset(composition().addons), "benchmark") as env,
    ):
        return env.create_many(model, batch)


@contextmanager
def env_of(app: Engine, login: str, channel: str = "page") -> Iterator[Env]:
    """The Env of a benchmark user in a transaction that is rolled back."""
    with session_factory(app)() as session:
        with app.connect() as connection:
            row = connection.execute(text("select id from base.user where login = :l"), {"l": login}).one()
        company = composition().info("base.company").table
        code = login.split("_")[0]
        with app.connect() as connection:
            company_id = connection.execute(company.select().where(company.c.code == code)).one().id
        identity = identity_of(session, row.id, company_id)
        assert identity is not None
        env = make_env(session, identity, channel)
        with use_env(env):
            yield env
        session.rollback()
