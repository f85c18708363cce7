"""Addons come and go in any order, in two companies and beside a second process: nothing of anybody is lost or fails.

After each step the tables are as they always are with these addons installed and those removed, whatever the way there;
rows of addons that the step does not concern are untouched; and every page that a menu leads to is answered, by the
processes that have followed and by one that has not yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from core.auth.company_addons import enabled_addons
from core.config import installation_root
from core.errors import KeyuanError
from core.lifecycle.activation import disable, enable
from core.lifecycle.emptying import empty
from core.lifecycle.errors import KeptAside, NeededByOthers, StillNeeded
from core.lifecycle.generation import installed_addons, removed_addons
from core.lifecycle.inspection import database_problems
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.leaving import put_waiting_aside
from core.lifecycle.plans.emptied import what_goes
from core.lifecycle.purging import purge
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.modules.manifest import KERNEL
from core.orm.compose import composition
from core.orm.engine import session_factory
from core.orm.system_env import system_env
from core.testing.database import APP_ROLE, DatabaseServer
from core.testing.factories import Factory, has_choices
from core.testing.rows import Rows, additions, losses, rows_of
from core.views.check import check
from tests.core.lifecycle.lattice_deck import COMPANIES, Deck, Generation
from tests.core.lifecycle.lattice_process import Neighbour
from tests.core.lifecycle.orders import schema_of
from tests.core.lifecycle.toys import FOLDER

TOYS: Final = Deck(FOLDER, ("toy_wares", "toy_orders", "toy_points", "toy_stamps", "toy_stamp_points"))
REAL: Final = Deck(
    installation_root() / "addons",
    ("crm_base", "crm_leads", "crm_product", "crm_finance", "crm_finance_leads"),
)
companies = st.sampled_from(COMPANIES)
places = st.integers(0, 4)
Shape = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""What is installed, removed, and removed but not set aside yet."""


class Lattice(RuleBasedStateMachine):
    """Which addon a rule takes is a place in the deck, so that one machine plays with any deck."""

    deck: ClassVar[Deck]
    server: ClassVar[DatabaseServer]
    template: ClassVar[str]
    folder: ClassVar[Path]
    pages: ClassVar[int]
    schemas: ClassVar[dict[Shape, str]]

    @initialize(place=st.integers(1, 4))
    def begin(self, place: int) -> None:
        self.database = self.server.create(self.template)
        self.installed: frozenset[str] = frozenset()
        self.removed: frozenset[str] = frozenset()
        self.waiting: frozenset[str] = frozenset()
        self.versions: dict[str, str] = {}
        self.other = Neighbour(self.deck, self.database)
        self.here = Generation(self.deck, self.database, self.folder)
        self.install(place)

    def teardown(self) -> None:
        if hasattr(self, "other"):
            self.other.end()
            self.server.drop(self.database)

    @rule(place=places)
    def install(self, place: int) -> None:
        name = self.deck.names[place]
        wanted = self.deck.closed(self.installed | {name}, without=self.removed)
        with self.concerning(wanted - self.installed):
            composed = self.deck.compose(wanted, self.versions)
            if wanted & self.removed:
                self.refused(KeptAside, lambda: install(self.database.owner, APP_ROLE, composed, [name]))
            else:
                install(self.database.owner, APP_ROLE, composed, [name])
                self.installed = wanted

    @rule(place=places)
    def remove(self, place: int) -> None:
        name = self.deck.names[place]
        above = self.deck.above(name) & self.installed
        needing = {one for one in above if not self.deck.is_bridge(one)}
        if name not in self.installed:
            return
        switches = self.switches()
        with self.concerning(frozenset()):
            owner = self.database.owner
            if needing:
                self.refused(NeededByOthers, lambda: remove(owner, APP_ROLE, composition(), name, wait=0))
            else:
                found = remove(owner, APP_ROLE, composition(), name, wait=0)
                assert not found.is_aside, "a process of an older generation still reads the tables"
                gone = above | {name}
                self.installed, self.removed, self.waiting = (
                    self.installed - gone,
                    self.removed | gone,
                    self.waiting | gone,
                )
        assert self.switches() == switches

    @rule(place=places)
    def restore(self, place: int) -> None:
        name = self.deck.names[place]
        if name not in self.removed:
            return
        switches = self.switches()
        wanted = self.deck.closed(self.installed | {name})
        with self.concerning(wanted - self.installed - self.removed):
            restore(self.database.owner, APP_ROLE, self.deck.compose(wanted, self.versions), name)
            self.installed, self.removed = wanted, self.removed - wanted
            self.waiting -= wanted
        assert self.switches() >= switches

    @rule(place=places)
    def purge(self, place: int) -> None:
        """Nothing of it is left: with the others alone the tables are what they were before it came."""
        name = self.deck.names[place]
        if name in self.removed - self.waiting and not self.deck.above(name) & (
            self.removed | self.installed
        ):
            with self.concerning(frozenset(), without=name):
                purge(self.database.owner, name, typed=name, archive_folder=self.folder / "archives")
                self.removed -= {name}

    @rule(place=places)
    def upgrade(self, place: int) -> None:
        """The code is of a newer version by now; all that is installed is brought up to it, what is removed is not."""
        name = self.deck.names[place]
        if name in self.installed:
            self.versions[name] = f"1.{int(self.versions.get(name, '1.0').split('.')[1]) + 1}.0"
            with self.concerning(frozenset()):
                composed = self.deck.compose(self.installed, self.versions)
                assert name in upgrade_schema(self.database.owner, APP_ROLE, composed).upgraded

    @rule(place=places, code=companies)
    def empty(self, place: int, code: str) -> None:
        """Records of the addon are in the bin of one company; nothing vanishes, and nothing of the others changes."""
        name = self.deck.names[place]
        if name not in self.installed:
            return
        own, before = self.here.company(code), self.rows()
        with (
            session_factory(self.database.app)() as session,
            system_env(session, own, self.on(code) | {name}, "lattice") as env,
        ):
            planned = {one.info.key: one.staying for one in what_goes(env, name) if one.staying}
            assert empty(env, name).left == planned
            left = [one.info.key for one in what_goes(env, name) if one.rows > one.staying]
        assert self.deck.above(name) or left == []
        after = self.rows()
        for table, rows in before.items():
            changed = [row for key, row in rows.items() if after[table].get(key) != row]
            assert rows.keys() == after[table].keys()
            assert all(
                table.startswith((f"{name}.", f'"{name}".')) and row["company_id"] == own for row in changed
            )
        self.check()

    @rule(place=places, code=companies)
    def enable(self, place: int, code: str) -> None:
        name = self.deck.names[place]
        if name in self.installed:
            with (
                self.concerning(self.deck.closed({name}) | self.bridges()),
                self.company(code) as (connection, own),
            ):
                enable(connection, own, name, with_dependencies=True)
            assert name in self.on(code)

    @rule(place=places, code=companies)
    def disable(self, place: int, code: str) -> None:
        name = self.deck.names[place]
        if name not in self.installed:
            return
        others, before = self.on(COMPANIES[code == COMPANIES[0]]), self.on(code)
        needing = {one for one in self.deck.above(name) & before if not self.deck.is_bridge(one)}
        with self.concerning(frozenset()):
            if needing & before and name in before:
                self.refused(StillNeeded, lambda: self._disable(code, name))
            else:
                self._disable(code, name)
                assert name not in self.on(code)
        assert self.on(COMPANIES[code == COMPANIES[0]]) == others

    @rule(code=companies, place=st.integers(0, 40))
    def work(self, code: str, place: int) -> None:
        """A record of some model is made, with all that it needs."""
        on = self.on(code)
        models = [
            info
            for info in composition().models.values()
            if info.addon in on - {KERNEL} and has_choices(info)
        ]
        if models:
            own = self.here.company(code)
            with (
                session_factory(self.database.app).begin() as session,
                system_env(session, own, on, "lattice") as env,
            ):
                Factory(env).make(models[place % len(models)].key)

    @precondition(lambda self: self.waiting)
    @rule()
    def follow(self) -> None:
        """The other process takes up the new generation; then nothing keeps the tables of what is removed."""
        with self.concerning(frozenset()):
            self.other.ask("follow")
            put_waiting_aside(self.database.owner)
            self.waiting = frozenset()

    def _disable(self, code: str, name: str) -> None:
        with self.company(code) as (connection, own):
            disable(connection, own, name)

    @contextmanager
    def concerning(self, names: frozenset[str], *, without: str = "") -> Iterator[None]:
        """A step that may make rows of these addons; all rows that are there stay as they are, but for those and the
        columns of the addon `without`.
        """
        before = self.rows(without)
        yield
        after = self.rows(without)
        assert list(losses(before, after)) == []
        made = [one for one in additions(before, after) if one.partition(".")[0].strip('"') not in names]
        assert made == []
        self.check()

    def check(self) -> None:
        """What holds in every state, whatever the way to it."""
        with self.database.owner.connect() as connection:
            assert installed_addons(connection).keys() - {KERNEL} == self.installed
            assert removed_addons(connection).keys() == self.removed
        self.here = Generation(self.deck, self.database, self.folder)
        schema = schema_of(self.database)
        assert self.schemas.setdefault((self.installed, self.removed, self.waiting), schema) == schema
        assert [str(problem) for problem in check(self.here.composed)] == []
        if not self.waiting:
            with self.database.owner.connect() as connection:
                assert [str(one) for one in database_problems(connection, self.here.composed, APP_ROLE)] == []
        assert self.here.wrong(self.pages) == []
        assert self.other.ask(self.pages) == []

    def refused(self, kind: type[KeyuanError], work: Any) -> None:
        with pytest.raises(kind):
            work()

    def rows(self, without: str = "") -> Rows:
        """Rows of all addons, under the same name while they are aside."""
        schemas = [one for name in self.deck.names if name != without for one in (name, f"removed_{name}")]
        found = rows_of(self.database, schemas)
        if without:
            found = {
                table: {key: {name: value for name, value in row.items() if not name.startswith(f"{without}__")}
                        for key, row in rows.items()}
                for table, rows in found.items()
            }  # fmt: skip
        return {
            table.replace('"removed_', '"', 1).removeprefix("removed_"): rows for table, rows in found.items()
        }

    def switches(self) -> set[tuple[Any, Any]]:
        rows = rows_of(self.database, ["base"])
        table = next(found for name, found in rows.items() if name.endswith("company_addon"))
        return {(row["company_id"], row["addon"]) for row in table.values() if row["enabled"]}

    def bridges(self) -> frozenset[str]:
        return frozenset(name for name in self.installed if self.deck.is_bridge(name))

    def on(self, code: str) -> frozenset[str]:
        with self.company(code) as (connection, own):
            return enabled_addons(connection, own)

    @contextmanager
    def company(self, code: str) -> Iterator[Any]:
        own = self.here.company(code)
        with self.database.app.begin() as connection:
            yield connection, own
