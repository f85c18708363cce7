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

from benchmarks.filling import Company, fill, make_company
from core.config import Config, load_config
from core.lifecycle.database import Database, database_of, prepare_database
from core.lifecycle.install import fingerprint, initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.orm.engine import make_engine
from core.server.embedded import EmbeddedServer

GENERATOR: Final = 3
"""Raise it when other rows shall be made."""
_SECOND_SHARE: Final = 20
_AUDIT: Final = """
insert into core.audit (at, company_id, model, record_id, version, operation, request_id, channel, user_id,
                        real_user_id, reason, changes, digests)
select at, company_id, model, record_id, version, operation, request_id || ':' || n, channel, user_id, real_user_id,
       reason, changes, digests
from core.audit cross join generate_series(1, :times) n where model = 'crm_leads.lead' limit :rows"""


@dataclass(frozen=True)
class Recipe:
    """What a database holds: leads of the first company (the second has a twentieth), how many companies share
    them, further rows of the audit."""

    rows: int
    companies: int = 2
    audit: int = 0


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
        generated = f"{fingerprint(composed)} {GENERATOR} {sorted(asdict(recipe).items())}"
        name = f"bench_{recipe.rows}_{hashlib.sha256(generated.encode()).hexdigest()[:10]}"
        bench = Bench(config, composed, database_at(config, owner_url, name), recipe)
        owner = bench.database.owner_engine()
        if not _is_filled(owner):
            create_database(owner_url, name)
            print(f"Making {name}: {recipe} (kept for the next time) …", flush=True)
            _make(owner, bench)
        _tidy(owner)
        yield bench
        owner.dispose()


def database_at(config: Config, owner_url: str, name: str) -> Database:
    """A database of the benchmark's cluster as both roles."""
    url = make_url(owner_url).set(database=name).render_as_string(hide_password=False)
    return database_of(replace(config, database_url=url, owner_url=None, state_dir=state_dir(config)))


def create_database(owner_url: str, name: str) -> None:
    """An empty database of that name, whatever was there before."""
    drop_database(owner_url, name)
    _administer(owner_url, f'create database "{name}"')


def drop_database(owner_url: str, name: str) -> None:
    """Remove a database with everything that is connected to it."""
    _administer(owner_url, f'drop database if exists "{name}" with (force)')


def _administer(owner_url: str, statement: str) -> None:
    admin = make_engine(owner_url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()


def _is_filled(owner: Engine) -> bool:
    try:
        with owner.connect() as connection:
            found = connection.execute(text("select to_regclass('public.bench_done')")).scalar_one()
    except OperationalError:
        return False
    return found is not None


def _make(owner: Engine, bench: Bench) -> None:
    recipe = bench.recipe
    prepare_database(owner, bench.database)
    initialise(owner, bench.database.app_role, bench.composed)
    app = bench.database.app_engine()
    with app.begin() as connection:
        codes = ["main", "second", *(f"c{n}" for n in range(3, recipe.companies + 1))]
        companies = [make_company(connection, code) for code in codes]
    app.dispose()
    began = time.perf_counter()
    fill(bench.database.app_url, _shares(companies, recipe))
    print(f"  {recipe.rows:,} leads in {time.perf_counter() - began:.0f} s", flush=True)
    with owner.begin() as connection:
        if recipe.audit:
            times = recipe.audit // recipe.rows + 1
            connection.execute(text(_AUDIT), {"times": times, "rows": recipe.audit})
        connection.exec_driver_sql("create table public.bench_done ()")


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
