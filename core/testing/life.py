"""An addon's life in a deployment that has others: installed, on, off, on again, removed, restored; nothing of anybody
is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select, update

from core.auth.company_addons import enabled_addons
from core.automation.queue import enqueue
from core.automation.worker import Worker
from core.lifecycle.activation import disable, enable
from core.lifecycle.belongings import ASIDE, aside
from core.lifecycle.inspection import database_problems
from core.lifecycle.install import install
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, composition, resume
from core.orm.engine import session_factory
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.browser import application_of, browser_of
from core.testing.database import APP_ROLE, DatabaseServer
from core.testing.factories import Factory, Recipe
from core.testing.neighbourhood import deployment_of
from core.testing.people import NORTH, SOUTH, STAFF
from core.testing.product import Product
from core.testing.rows import Rows, additions, losses, rows_of
from core.testing.traces import picture, traces
from core.testing.world import World
from core.views.navigation import MenuNode, menu_tree
from core.views.registry import registry_of

SWITCH: Final = ("base.company_addon",)
ROLES: Final = ("base.role",)
"""Those of a removed addon rest."""
PEOPLE: Final = ("owner", "director", "admin")


class Life:
    """The steps, in their order; each asserts what it must not have done."""

    def __init__(
        self, server: DatabaseServer, product: Product, composed: Composition, addon: str,
        roles: Mapping[str, Sequence[str]], recipes: Mapping[str, Recipe],
    ) -> None:  # fmt: skip
        self.composed, self.addon, self.roles, self.recipes = composed, addon, roles, recipes
        self.server, self.product = server, product
        self.others = sorted(_needed(composed, addon))
        self.database = deployment_of(server, self.others, product.config.addons_path)
        self.present: dict[str, list[str]] = {}
        self.before: dict[str, Any] = {}
        self._while_removed: Rows = {}

    def end(self) -> None:
        self.server.drop(self.database)

    def install(self) -> None:
        """The neighbours' rows are untouched; only the kernel gets rows of the addon's (roles, choices)."""
        before = rows_of(self.database, self.others)
        install(self.database.owner, APP_ROLE, self.composed, [self.addon])
        after = rows_of(self.database, self.others)
        assert list(losses(before, after)) == []
        assert [text for text in additions(before, after) if not text.startswith("base.")] == []
        self._give_roles()
        if self._is_bridge:
            self._switch_off_what_came_by_itself()
        self.before = self._pictures()
        assert self._traces("owner") == [], "installed is not enabled"

    @property
    def _is_bridge(self) -> bool:
        return any(one.name == self.addon and one.manifest.auto_install for one in self.composed.loaded)

    def _switch_off_what_came_by_itself(self) -> None:
        for company in (NORTH, SOUTH):
            with self._world() as world:
                number = world.company(company)
                assert self.addon in enabled_addons(world.connection, number), "a bridge is on at once"
                disable(world.connection, number, self.addon)

    def enable(self) -> None:
        """Both companies get it; every model has a record, and the neighbours' records have the new fields."""
        for company in (NORTH, SOUTH):
            with self._world() as world:
                enable(world.connection, world.company(company), self.addon)
        for company in (NORTH, SOUTH):
            with self._system(company) as env:
                self._fill(env)
        self.present = {person: self._traces(person) for person in (*PEOPLE, "other")}
        assert any(self.present.values()), f"nobody of the kit notices {self.addon}: see roles_of_people"

    def disable(self) -> None:
        """In one company it is as if it had never been there; its rows stay, and the other company has it still."""
        before = self._rows()
        with self._world() as world:
            disable(world.connection, world.company(NORTH), self.addon)
        self._same(before)
        assert self._pictures() == self.before
        assert {person: self._traces(person) for person in PEOPLE} == {person: [] for person in PEOPLE}
        assert self._traces("other") == self.present["other"]
        self._pages_are_gone()
        self._jobs_do_nothing()

    def enable_again(self) -> None:
        """Everything is there again, and nothing twice."""
        before = self._rows()
        with self._world() as world:
            enable(world.connection, world.company(NORTH), self.addon)
        self._same(before)
        assert {person: self._traces(person) for person in (*PEOPLE, "other")} == self.present

    def remove(self) -> None:
        """The deployment is as if it had never been installed, its pages too, and everything of it is kept."""
        before = self._rows()
        try:
            report = remove(self.database.owner, APP_ROLE, self.composed, self.addon, wait=0)
            assert report.addons == (self.addon,) and report.is_aside
            without = composition()
            assert self.addon not in without.addons
            own = {name: rows for name, rows in before.items() if name.startswith(f"{self.addon}.")}
            kept = {name.removeprefix(ASIDE): rows for name, rows in self._kept().items()}
            assert kept == own
            neighbours = {name: rows for name, rows in before.items() if name not in own}
            after = rows_of(self.database, self.others)
            assert list(losses(neighbours, after, but=ROLES)) == []
            assert list(additions(neighbours, after, but=ROLES)) == []
            self._menus_answer(without)
            self._while_removed = own | rows_of(self.database, self.others)
        finally:
            resume(self.composed)

    def restore(self) -> None:
        """It is there as it was, on where it was on, with every row and every link."""
        back = restore(self.database.owner, APP_ROLE, self.composed, self.addon)
        assert back.addons == (self.addon,) and back.dangling == ()
        after = self._rows()
        assert list(losses(self._while_removed, after, but=ROLES)) == []
        assert list(additions(self._while_removed, after, but=ROLES)) == []
        assert {person: self._traces(person) for person in (*PEOPLE, "other")} == self.present
        with self.database.owner.connect() as connection:
            assert [str(one) for one in database_problems(connection, self.composed, APP_ROLE)] == []

    def _kept(self) -> Rows:
        return rows_of(self.database, [aside(self.addon)])

    def _menus_answer(self, composed: Composition) -> None:
        """Every entry of the menu opens, for the administrator and for one of the people, and leads nowhere else."""
        application = application_of(self.product.config, composed, self.database)
        with self.database.app.begin() as connection:
            world = World(connection, composed)
            people = [
                (world.staff.users[person], world.company(STAFF[person])) for person in ("admin", "owner")
            ]
            entries = [_urls(menu_tree(world.env(person))) for person in ("admin", "owner")]
        for (user, company), urls in zip(people, entries, strict=True):
            browser = browser_of(application, self.database, user, company)
            for url in urls:
                answer = browser.get(url, status=200)
                assert f"/r/{self.addon}." not in answer.text, url

    def _same(self, before: Rows) -> None:
        after = self._rows()
        assert list(losses(before, after, but=SWITCH)) == []
        assert list(additions(before, after, but=SWITCH)) == []

    def _rows(self) -> Rows:
        return rows_of(self.database, [*self.others, self.addon])

    @contextmanager
    def _world(self) -> Iterator[World]:
        with self.database.app.begin() as connection:
            yield World(connection, self.composed)

    @contextmanager
    def _system(self, company: str) -> Iterator[Any]:
        """The kernel's own Env in a company, with the addons that are on there; committed."""
        with session_factory(self.database.app).begin() as session, self._world() as world:
            number = world.company(company)
            with system_env(session, number, enabled_addons(session, number), "contract") as env:
                yield env

    def _traces(self, person: str) -> list[str]:
        with self._world() as world, world.acting(person) as env:
            return traces(env, self.addon)

    def _pictures(self) -> dict[str, Any]:
        with self._world() as world:
            return {person: picture(world.env(person)) for person in PEOPLE}

    def _give_roles(self) -> None:
        """The roles of the tests exist only now that the addon is installed."""
        role = self.composed.info("base.role").table
        for person, codes in self.roles.items():
            with self._system(STAFF[person]) as env, self._world() as world:
                known = select(role.c.id).where(role.c.code.in_(codes))
                for one in env.session.scalars(known, execution_options=TRUSTED).all():
                    env.create(
                        "base.user_role", user=world.staff.users[person], company=env.company_id, role=one
                    )

    def _fill(self, env: Any) -> None:
        factory = Factory(env, self.recipes)
        for info in self.composed.models.values():
            if info.addon == self.addon:
                factory.make(info.key)
            new = [field for field in info.fields.values() if field.addon == self.addon != info.addon]
            filled = [field for field in new if field.is_stored and not field.is_computed]
            record = env.first(info.key) if filled else None
            if record is not None:
                env.write(record, **{field.name: factory.value(field) for field in filled})

    def _pages_are_gone(self) -> None:
        """The addresses of the addon's models and pages answer as if they had never existed."""
        application = application_of(self.product.config, self.composed, self.database)
        with self._world() as world:
            user, company = world.staff.users["admin"], world.company(NORTH)
        browser = browser_of(application, self.database, user, company)
        browser.get("/", status=200)
        own = [info.key for info in self.composed.models.values() if info.addon == self.addon]
        registry = registry_of(self.composed)
        urls = [page.url for addon, page in registry.pages.values() if addon == self.addon]
        urls += [report.url for addon, report in registry.reports.values() if addon == self.addon]
        for address in (
            *(f"/r/{key}{end}" for key in own for end in ("", "/new", "/bin")),
            *urls,
        ):
            assert browser.get(address, status="*").status_int == 404, address

    def _jobs_do_nothing(self) -> None:
        """A job that was asked for before the addon went off waits for its return, and no periodic one is due."""
        declared = [job for addon, job in self.composed.collect("job") if addon == self.addon]
        if not declared:
            return
        queue = self.composed.info("base.job").table
        with self._system(NORTH) as env:
            asked = [enqueue(env, job) for job in declared]
        worker = Worker(self.database.app)
        while worker.run_one():
            pass
        with self.database.owner.begin() as connection:
            states = connection.execute(select(queue.c.state).where(queue.c.id.in_(asked))).scalars().all()
            connection.execute(
                update(queue).values(deleted_at=datetime.now(UTC)).where(queue.c.id.in_(asked))
            )
        assert set(states) == {"queued"}


def _urls(nodes: Iterable[MenuNode]) -> list[str]:
    return [url for node in nodes for url in ([node.url] if node.url else []) + _urls(node.children)]


def _needed(composed: Composition, addon: str) -> set[str]:
    """The addons without which this one cannot be, the kernel's own among them."""
    known = {loaded.name: loaded.manifest for loaded in composed.loaded}
    found, waiting = {KERNEL}, list(known[addon].depends)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += known[name].depends
    return found
