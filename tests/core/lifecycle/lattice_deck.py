"""A set of addons that come and go, and what every generation of processes can be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, text
from webtest import TestApp

from core.auth.company_addons import enabled_addons
from core.config import Config
from core.lifecycle.activation import prepare_company
from core.lifecycle.generation import installed_addons
from core.modules.discovery import Found, discover
from core.modules.graph import order
from core.modules.loader import load
from core.modules.manifest import KERNEL, Manifest
from core.orm.compose import Composition, compose, resume
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from tests.core.lifecycle.toys import released
from tests.system.crawl import Walk

COMPANIES: Final = ("A", "B")
_PERSON: Final = text("select id from base.user where lower(login) = lower(:code)")
_COMPANY: Final = text("select id from base.company where code = :code")


@dataclass(frozen=True)
class Deck:
    """The addons of a folder. `names` are those that are played with, beside the kernel."""

    folder: Path
    names: tuple[str, ...]
    _composed: dict[frozenset[tuple[str, str]], Composition] = field(default_factory=dict, compare=False)

    @cached_property
    def found(self) -> dict[str, Found]:
        config = Config(state_dir=self.folder, addons_path=(self.folder,))
        return {one.name: one for one in discover(config)}

    def manifest(self, name: str) -> Manifest:
        found = self.found[name].manifest
        assert found is not None
        return found

    def is_bridge(self, name: str) -> bool:
        return self.manifest(name).auto_install

    def closed(self, names: Collection[str], *, without: Collection[str] = ()) -> frozenset[str]:
        """With all that they need and the bridges whose sides are there, but for some."""
        found = {*names}
        while True:
            needed = {need for name in found for need in self.manifest(name).depends} - {KERNEL}
            bridges = {
                name for name in self.names
                if self.is_bridge(name) and found.issuperset({*self.manifest(name).depends} - {KERNEL})
            } - {*without}  # fmt: skip
            if needed | bridges <= found:
                return frozenset(found)
            found |= needed | bridges

    def above(self, name: str) -> frozenset[str]:
        """All that stand on an addon, at whatever height."""
        return frozenset(one for one in self.names if one != name and name in self._needs(one))

    def _needs(self, name: str) -> frozenset[str]:
        direct = {*self.manifest(name).depends} - {KERNEL}
        return frozenset(direct).union(*(self._needs(one) for one in direct))

    def compose(self, names: Collection[str], versions: Mapping[str, str] | None = None) -> Composition:
        """These and no others become the composition of this process; some are of another version.

        What has been composed before is taken up again: most steps lead to a set that was there already.
        """
        now = {name: (versions or {}).get(name, str(self.manifest(name).version)) for name in names}
        known = frozenset(now.items())
        if known not in self._composed:
            loaded = load(order(list(self.found.values()), sorted(names), bridged=False))
            assert [one.error for one in loaded] == [None] * len(loaded)
            for name, version in now.items():
                loaded = released(loaded, name, version)
            self._composed[known] = compose(loaded)
        resume(self._composed[known])
        return self._composed[known]


class Generation:
    """Pages of one composition, asked for by somebody who holds every role, in each company."""

    def __init__(self, deck: Deck, database: ScratchDatabase, folder: Path) -> None:
        self.database = database
        with database.owner.connect() as connection:
            installed = {
                name: version for name, version in installed_addons(connection).items() if name != KERNEL
            }
        self.composed = deck.compose(installed, installed)
        config = Config(folder, (), base_url="http://localhost", language="en")
        self.application = application_of(config, self.composed, database)
        self._browsers: dict[str, TestApp] = {}

    def wrong(self, most: int) -> list[str]:
        """What is not answered as it has to be, in either company."""
        return [f"{code}: {problem}" for code in COMPANIES for problem in self._wrong(code, most)]

    def _wrong(self, code: str, most: int) -> Iterator[str]:
        browser = self._browser(code)
        yield from Walk(browser, most=most).follow("/").wrong()
        with self.database.app.connect() as connection:
            on = enabled_addons(connection, self.company(code))
        for info in self.composed.models.values():
            if info.addon != KERNEL:
                status = browser.get(f"/r/{info.key}", status="*").status_int
                if status not in ((200, 403) if info.addon in on else (404,)):
                    yield f"/r/{info.key} of an addon that is {'on' if info.addon in on else 'off'}: {status}"

    def company(self, code: str) -> int:
        with self.database.owner.connect() as connection:
            return int(connection.execute(_COMPANY, {"code": code}).scalar_one())

    def _browser(self, code: str) -> TestApp:
        if code not in self._browsers:
            company = self.company(code)
            user = person(self.database, self.composed, code, company)
            self._browsers[code] = browser_of(self.application, self.database, user, company)
        return self._browsers[code]


def person(database: ScratchDatabase, composed: Composition, code: str, company: int) -> int:
    """Somebody with every role that there is by now."""
    with database.owner.connect() as connection:
        user = int(connection.execute(_PERSON, {"code": code}).scalar_one())
    with database.app.begin() as connection:
        role, held = composed.info("base.role").table, composed.info("base.user_role").table
        has = select(held.c.role_id).where(held.c.user_id == user)
        wanted = select(role.c.id).where(role.c.id.not_in(has), role.c.active, role.c.company_id.is_(None))
        with system_env(connection, company, frozenset({KERNEL}), "lattice") as env:
            new = env.session.scalars(wanted, execution_options=TRUSTED).all()
            env.create_many(
                "base.user_role", [{"user": user, "company": company, "role": one} for one in new]
            )
    return user


def two_companies(database: ScratchDatabase) -> None:
    """With an account each; no addon is on."""
    with database.app.begin() as connection, system_env(connection, 0, frozenset({KERNEL}), "lattice") as env:
        made: list[Any] = env.create_many(
            "base.company", [{"name": code, "code": code} for code in COMPANIES]
        )
        env.create_many("base.user", [{"name": code, "login": code, "language": "en"} for code in COMPANIES])
        for company in made:
            prepare_company(connection, company)
