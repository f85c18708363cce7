"""The databases of the benchmark, in a cluster of their own that is kept.

A database is used again as long as tables, generator and its recipe are the same; a half filled one is made again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from benchmarks.bulk_indexes import made_afterwards
from benchmarks.filling import CUSTOMER, LEAD, Company, fill, make_company
from benchmarks.staff import staffed_company
from benchmarks.trade import fill_trade
from core.config import Config, load_config
from core.lifecycle.bringing import fingerprint
from core.lifecycle.database import Database, database_of, prepare_database
from core.lifecycle.install import initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.orm.engine import make_engine
from core.server.embedded import EmbeddedServer

GENERATOR: Final = 3
"""Raise it when other rows shall be made."""
TRADE_GENERATOR: Final = 2
"""The same for databases with orders."""
_DONE: Final = "public.bench_done"
_SECOND_SHARE: Final = 20
_AUDIT: Final = """
insert into core.audit (at, company_id, model, record_id, version, operation, request_id, channel, user_id,
                        real_user_id, reason, changes, digests)
select at, company_id, model, record_id, version, operation, request_id || ':' || n, channel, user_id, real_user_id,
       reason, changes, digests
from generate_series(1, 1000) n cross join core.audit where model = 'crm_leads.lead' limit :rows"""


@dataclass(frozen=True)
class Recipe:
    """What a database holds: leads of the first company (the second has a twentieth), how many companies share
    them, further rows of the audit."""

    rows: int
    companies: int = 2
    audit: int = 0
    trade: int = 0
    """Order lines of the first company; there are twice as many movements of stock."""
    people: int = 0
    """Users of the first company, with departments, roles and sharing rules as `staff` makes them; else a few."""


@dataclass(frozen=True)
class Bench:
    """A filled database and the composed product."""

    config: Config
    composed: Composition
    database: Database
    recipe: Recipe

    @property
    def settings(self) -> dict[str, str]:
        """What the product's processes need in their environment to work on this database."""
        return {
            "KEYUAN_DATABASE_URL": self.database.app_url,
            "KEYUAN_OWNER_URL": self.database.owner_url,
            "KEYUAN_STATE_DIR": str(state_dir(self.config)),
        }


def state_dir(config: Config) -> Path:
    """Where the benchmark's cluster lies."""
    return config.state_dir / "bench"


@contextmanager
def bench_server() -> Iterator[tuple[Config, Composition, str]]:
    """The running cluster, the composed product, and the owner's address of its main database."""
    config = load_config({})
    found = discover(config)
    composed = compose(load(order(found, [one.name for one in found if one.error is None])))
    with EmbeddedServer(state_dir(config), config.postgres_bin).start() as running:
        yield config, composed, running.owner_url


@contextmanager
def bench_database(recipe: Recipe) -> Iterator[Bench]:
    """A database made by this recipe, now or in an earlier run."""
    with bench_server() as (config, composed, owner_url):
        bench = Bench(config, composed, _place(config, composed, owner_url, recipe), recipe)
        owner = bench.database.owner_engine()
        if not _is_filled(owner):
            print(
                f"Making {make_url(bench.database.owner_url).database} (kept for the next time) …", flush=True
            )
            _make(owner, bench, owner_url)
        _tidy(owner)
        yield bench
        owner.dispose()


def _place(config: Config, composed: Composition, owner_url: str, recipe: Recipe) -> Database:
    """Where a recipe's database is. One with more audit is a copy of the one without, and has its role."""
    simple = sorted(
        (key, value)
        for key, value in asdict(replace(recipe, audit=0)).items()
        if key not in ("trade", "people") or value
    )
    generators = (GENERATOR, TRADE_GENERATOR) if recipe.trade else GENERATOR
    generated = f"{fingerprint(composed)} {generators} {simple}"
    name = f"{_prefix(recipe)}{hashlib.sha256(generated.encode()).hexdigest()[:10]}"
    place = database_at(config, owner_url, name)
    if not recipe.audit:
        return place
    copied = f"{name}_audit_{recipe.audit}"
    urls = [
        make_url(url).set(database=copied).render_as_string(False) for url in (place.owner_url, place.app_url)
    ]
    return Database(urls[0], urls[1], place.app_role, own_role=False)


def _prefix(recipe: Recipe) -> str:
    more = f"{f't{recipe.trade}_' if recipe.trade else ''}{f'p{recipe.people}_' if recipe.people else ''}"
    return f"bench_{more}{recipe.rows}_{recipe.companies}_"


def database_at(config: Config, owner_url: str, name: str) -> Database:
    """A database of the benchmark's cluster as both roles."""
    url = make_url(owner_url).set(database=name).render_as_string(hide_password=False)
    return database_of(replace(config, database_url=url, owner_url=None, state_dir=state_dir(config)))


def create_database(owner_url: str, name: str, template: str = "template1") -> None:
    """A database of that name, empty or a copy, whatever was there before."""
    drop_database(owner_url, name)
    _administer(owner_url, f'create database "{name}" template "{template}"')


def drop_database(owner_url: str, name: str) -> None:
    """Remove a database with everything that is connected to it."""
    _administer(owner_url, f'drop database if exists "{name}" with (force)')


def _administer(owner_url: str, statement: str) -> None:
    admin = make_engine(owner_url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()


def _databases(owner_url: str, prefix: str) -> list[str]:
    """Those of other tables or another generator among them, and their copies with more audit."""
    admin = make_engine(owner_url, pooled=False)
    with admin.connect() as connection:
        found = text("select datname from pg_database where starts_with(datname, :prefix)")
        names = [str(name) for name in connection.execute(found, {"prefix": prefix}).scalars()]
    admin.dispose()
    return names


def _is_filled(owner: Engine) -> bool:
    try:
        with owner.connect() as connection:
            found = connection.execute(text(f"select to_regclass('{_DONE}')")).scalar_one()
    except OperationalError:
        return False
    return found is not None


def _make(owner: Engine, bench: Bench, owner_url: str) -> None:
    recipe = bench.recipe
    owner.dispose()
    name = str(make_url(bench.database.owner_url).database)
    if recipe.audit:
        with bench_database(replace(recipe, audit=0)) as simple:
            original = str(make_url(simple.database.owner_url).database)
        create_database(owner_url, name, original)
        with owner.begin() as connection:  # until the end of it the copy counts as half filled
            connection.exec_driver_sql(f"drop table {_DONE}")
        with owner.begin() as connection:
            have = connection.execute(text("select count(*) from core.audit")).scalar_one()
            connection.execute(text(_AUDIT), {"rows": max(0, recipe.audit - have)})
            connection.exec_driver_sql(f"create table {_DONE} ()")
        return
    for stale in _databases(owner_url, _prefix(recipe)):
        drop_database(owner_url, stale)
    create_database(owner_url, name)
    prepare_database(owner, bench.database)
    initialise(owner, bench.database.app_role, bench.composed)
    app = bench.database.app_engine()
    with app.begin() as connection:
        codes = ["main", "second", *(f"c{n}" for n in range(3, recipe.companies + 1))]
        companies = [
            staffed_company(connection, recipe.people) if recipe.people and code == codes[0]
            else make_company(connection, code)
            for code in codes
        ]  # fmt: skip
    app.dispose()
    began = time.perf_counter()
    with made_afterwards(owner, LEAD, CUSTOMER):
        fill(bench.database.app_url, _shares(companies, recipe))
    if recipe.trade:
        app = bench.database.app_engine()
        fill_trade(app, owner, companies[0], recipe.trade)
        app.dispose()
    with owner.begin() as connection:
        connection.exec_driver_sql(f"create table {_DONE} ()")
    print(f"  {recipe.rows:,} leads in {time.perf_counter() - began:.0f} s", flush=True)


def _shares(companies: list[Company], recipe: Recipe) -> list[tuple[Company, int]]:
    """Two companies: all and a twentieth beside. More: the first keeps half of the rows, the others share the rest."""
    first, *others = companies
    if len(others) == 1:
        return [(first, recipe.rows), (others[0], recipe.rows // _SECOND_SHARE)]
    rest = recipe.rows // 2
    return [(first, recipe.rows - rest), *((other, rest // len(others)) for other in others)]


def _tidy(owner: Engine) -> None:
    """What an earlier run wrote and took back is cleared away, and the planner knows the tables."""
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
