"""The application over a real database: a toy addon, one company where it is on and one where it is off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from webtest import TestApp

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.passwords import hash_password
from core.config import Config
from core.lifecycle.install import initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.audit_tables import audit
from core.orm.compose import Composition, compose
from core.orm.context import use_env
from core.orm.engine import Scope, apply_scope, session_factory
from core.orm.env import Env
from core.orm.kernel_tables import generation
from core.orm.trust import TRUSTED
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.web.app import PACKAGES, make_app

ADDONS = Path(__file__).parent / "addons"
PASSWORD = "three calm horses at noon"


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return Config(tmp_path_factory.mktemp("state"), (ADDONS,), base_url="http://localhost", language="en")


@pytest.fixture(scope="module")
def composed(config: Config) -> Composition:
    return compose(load(order(discover(config), ["toy_desk"])))


@dataclass
class People:
    """Ids by name; everybody has the same password."""

    database: ScratchDatabase
    composed: Composition
    ids: dict[str, int] = field(default_factory=dict)

    def add(self, session: Session, key: str, name: str, /, **values: Any) -> int:
        table = self.composed.info(key).table
        made = session.execute(insert(table).values(values).returning(table.c.id), execution_options=TRUSTED)
        self.ids[name] = made.scalar_one()
        return self.ids[name]

    def user(self, session: Session, name: str, roles: dict[str, list[str]], **values: Any) -> None:
        values = {"password_hash": hash_password(PASSWORD), "language": "en", **values}
        user = self.add(session, "base.user", name, login=name.split()[0].lower(), name=name, **values)
        role = self.composed.info("base.role").table
        for company, codes in roles.items():
            for code in ("base.user", *codes):
                found = session.scalars(
                    select(role.c.id).where(role.c.code == code), execution_options=TRUSTED
                ).one()
                self.add(session, "base.user_role", f"{name} {company} {code}", user_id=user, role_id=found,
                         company_id=self.ids[company])  # fmt: skip

    @contextmanager
    def env(self, name: str) -> Iterator[Env]:
        """The Env of a person in Acme; committed at the end."""
        with session_factory(self.database.app)() as session:
            identity = identity_of(session, self.ids[name], self.ids["Acme"])
            assert identity is not None
            env = make_env(session, identity, "page")
            with use_env(env):
                yield env
                env.commit()

    def generation(self) -> tuple[int]:
        with self.database.owner.connect() as connection:
            return connection.execute(select(generation.c.number)).one().tuple()

    def rows_of_audit(self, key: str, record_id: int) -> list[tuple[str, dict[str, Any]]]:
        """Reason and new values of what happened to a record, the oldest first."""
        with session_factory(self.database.owner)() as session:
            wanted = select(audit.c.reason, audit.c.changes).where(
                audit.c.model == key, audit.c.record_id == record_id
            )
            found = session.execute(wanted.order_by(audit.c.id), execution_options=TRUSTED)
            return [(row.reason, {name: one["n"] for name, one in row.changes.items()}) for row in found]

    def rows(self, key: str, *columns: str) -> list[Any]:
        """What is in a table, past all rights."""
        table = self.composed.info(key).table
        with session_factory(self.database.owner)() as session:
            found = select(*(table.c[name] for name in columns)).order_by(table.c.id)
            return list(session.execute(found, execution_options=TRUSTED))


@pytest.fixture(scope="module")
def people(server: DatabaseServer, composed: Composition) -> Iterator[People]:
    """Acme (the addon is on) with Ann and Bob, Beta (it is off) with Ann too; Cid works nowhere."""

    def build(made: ScratchDatabase) -> None:
        initialise(made.owner, APP_ROLE, composed)

    database = server.create(server.template("web_toys", build))
    found = People(database, composed)
    with session_factory(database.owner).begin() as session:
        for name in ("Acme", "Beta"):
            found.add(session, "base.company", name, name=name, code=name)
        apply_scope(session.connection(), Scope(tuple(found.ids.values()), (0, *found.ids.values())))
        found.add(
            session, "base.company_addon", "on", company_id=found.ids["Acme"], addon="toy_desk", enabled=True
        )
        found.user(session, "Ann Lee", {"Acme": ["toy_desk.worker"], "Beta": []})
        found.user(session, "Bob", {"Acme": []})
        found.user(session, "Dora", {"Acme": []}, must_change_password=True)
        found.user(session, "Kim", {"Acme": ["base.admin"]})
        found.user(session, "Cid", {})
    yield found
    server.drop(database)


@pytest.fixture(scope="module")
def application(config: Config, composed: Composition, people: People) -> Any:
    return make_app(config, composed, engine=people.database.app, reload=False,
                    packages=(*PACKAGES, "tests.core.web.trial_pages"))  # fmt: skip


@pytest.fixture
def browser(application: Any) -> TestApp:
    """A browser of a stranger, on this machine."""
    return make_browser(application)


@pytest.fixture
def ann(application: Any, people: People) -> TestApp:
    return signed_in(application, "ann")


@pytest.fixture
def bob(application: Any, people: People) -> TestApp:
    return signed_in(application, "bob")


def make_browser(application: Any, address: str = "127.0.0.1") -> TestApp:
    return TestApp(application, extra_environ={"REMOTE_ADDR": address, "HTTP_HOST": "localhost"})


def signed_in(application: Any, login: str) -> TestApp:
    browser = make_browser(application)
    form = browser.get("/login").forms[0]
    form["login"], form["password"] = login, PASSWORD
    assert form.submit().status_int == 303
    return browser


def token_of(browser: TestApp, path: str = "/preferences") -> str:
    """A CSRF token as a page of this browser has it."""
    return str(browser.get(path).html.find("input", {"name": "csrf_token"})["value"])
