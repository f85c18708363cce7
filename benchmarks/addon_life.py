"""An addon's life beside many rows: what people wait for, apart from what goes on behind them.

Everybody waits until a new generation is asked for, in the transaction that changes the tables; what an operation does
after it depends on the rows and disturbs nobody: indexes that are made beside the work, checks of rows that are there.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event, text

from benchmarks.bulk_indexes import made_afterwards
from benchmarks.data import create_database, database_at, drop_database
from benchmarks.filling import Company
from benchmarks.multiplying import Spread, last_rows, multiply
from benchmarks.trade import at_work
from core.config import Config
from core.lifecycle.activation import disable, enable
from core.lifecycle.database import Database, prepare_database
from core.lifecycle.install import initialise, install
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose, composition
from core.orm.system_env import system_env
from core.testing.factories import Factory

NEIGHBOUR: Final = "crm_base"
CUSTOMER: Final = "crm_base.customer"
PLACE: Final = "bench_addons"
SWITCHES: Final = 15
ROUNDS: Final = 5
"""The median of so many times counts; a generation is installed once."""
YEAR: Final = 365
"""Days over which rows are spread: what follows from others is looked at again only where a row has changed lately."""
_GENERATION: Final = "core.generation"


@dataclass
class Took:
    """Milliseconds of one operation: until everything that people wait for was committed, and of the rest."""

    foreground: float
    deferred: float = 0.0


@dataclass
class Clock:
    """Notes when the transaction that raises the generation was committed."""

    committed: float = 0.0
    _raising: set[int] = field(default_factory=set)

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "commit", self._commit)

    def _after(self, connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if _GENERATION in statement and not statement.lstrip().lower().startswith("select"):
            self._raising.add(id(connection))

    def _commit(self, connection: Any) -> None:
        if id(connection) in self._raising:
            self._raising.discard(id(connection))
            self.committed = time.perf_counter()

    def time(self, work: Callable[[], object]) -> Took:
        """Run it. What raises no generation is foreground as a whole."""
        self.committed, began = 0.0, time.perf_counter()
        work()
        ended = time.perf_counter()
        middle = self.committed or ended
        return Took((middle - began) * 1000, (ended - middle) * 1000)


@contextmanager
def life(config: Config, owner_url: str, rows: int, folder: Path, addon: str) -> Iterator[Life]:
    """A deployment of the kernel and crm_base with so many customers; the addon is not there yet."""
    create_database(owner_url, PLACE)
    place = database_at(config, owner_url, PLACE)
    found = Life(config, place, rows, folder, addon)
    try:
        found.begin()
        yield found
    finally:
        found.end()
        drop_database(owner_url, PLACE)


class Life:
    """The operations in their order, each timed."""

    def __init__(self, config: Config, place: Database, rows: int, folder: Path, addon: str) -> None:
        self.config, self.place, self.rows, self.folder, self.addon = config, place, rows, folder, addon
        self.owner, self.app, self.clock = place.owner_engine(), place.app_engine(), Clock()
        self.clock.watch(self.owner)
        self.company = 0

    def composed(self, *names: str) -> Composition:
        """The composition of these addons becomes that of the process."""
        folders = (*self.config.addons_path, self.folder)
        found = discover(replace(self.config, addons_path=folders))
        return compose(load(order(found, names)))

    def begin(self) -> None:
        prepare_database(self.owner, self.place)
        composed = self.composed(NEIGHBOUR)
        initialise(self.owner, self.place.app_role, composed)
        with self.app.begin() as connection:
            with system_env(connection, 0, frozenset({"base"}), "benchmark") as env:
                (self.company,) = env.create_many("base.company", [{"name": "Bench", "code": "B"}])
            enable(connection, self.company, NEIGHBOUR)
        self._fill(CUSTOMER, "code")

    def end(self) -> None:
        self.app.dispose()
        self.owner.dispose()

    def measure(self) -> dict[str, Took]:
        """From the installation to the restoration; the addon's table gets its rows in between."""
        took: dict[str, list[Took]] = defaultdict(list)
        role, composed = self.place.app_role, self.composed(NEIGHBOUR, self.addon)
        took["install"].append(self.clock.time(lambda: install(self.owner, role, composed, [self.addon])))
        took["enable, with the first data"].append(self._switch(enable))
        self._fill(f"{self.addon}.reward")
        for _n in range(SWITCHES):
            took["disable"].append(self._switch(disable))
            took["enable again"].append(self._switch(enable))
        for _n in range(ROUNDS):
            full = self.composed(NEIGHBOUR, self.addon)
            took["remove"].append(self.clock.time(lambda: remove(self.owner, role, full, self.addon, wait=5)))  # noqa: B023
            back = self.composed(NEIGHBOUR, self.addon)
            took["restore"].append(self.clock.time(lambda: restore(self.owner, role, back, self.addon)))  # noqa: B023
        return {
            name: sorted(found, key=lambda one: one.foreground)[len(found) // 2]
            for name, found in took.items()
        }

    def _switch(self, change: Callable[..., object]) -> Took:
        def work() -> None:
            with self.app.begin() as connection:
                change(connection, self.company, self.addon)

        return self.clock.time(work)

    def _fill(self, model: str, *unique: str) -> None:
        """One record of the product's own making, copied in the database, as if made in the course of a year."""
        with at_work(self.app, Company(self.company, ())) as env:
            Factory(env).make(model)
        with (
            made_afterwards(self.owner, composition().info(model).table.fullname),
            at_work(self.app, Company(self.company, ())) as env,
        ):
            multiply(env, self.owner, [last_rows(env, model, 1, unique)], self.rows - 1, Spread(YEAR))
        with self.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"vacuum analyze {composition().info(model).table.fullname}"))
