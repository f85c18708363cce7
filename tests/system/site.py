"""The whole application without a network: two companies, people with sales roles, and a count of every row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from webtest import TestApp

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.passwords import hash_password
from core.config import Config
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import make_engine, session_factory
from core.orm.env import Env
from core.orm.rls import full_name
from core.orm.trust import TRUSTED
from core.testing.database import ScratchDatabase
from core.testing.factories import Factory
from core.testing.people import STAFF, find_staff
from core.web.app import make_app

PASSWORD: Final = "nine patient herons by noon"
ROLES: Final = {
    "owner": ["crm_base.salesperson"],
    "colleague": ["crm_base.salesperson"],
    "superior": ["crm_base.sales_director", "crm_leads.lead_desk"],
    "director": ["crm_base.general_manager"],
    "other": ["crm_base.general_manager", "crm_leads.lead_desk"],
}
TRACE: Final = re.compile(r"Traceback|psycopg|sqlalchemy|File \"|\bSELECT \b|\.py\b|KeyError|postgresql://")
PASSING: Final = frozenset({"base.session", "base.login_attempt"})
"""Tables that remember visits, not work."""


@dataclass
class Site:
    """`site.visitor("owner")` is a browser of that person; `site.rows()` counts what is stored."""

    database: ScratchDatabase
    composed: Composition
    app: Any
    _cookies: dict[str, str] = field(default_factory=dict)

    def visitor(self, person: str | None = None, address: str = "127.0.0.1") -> TestApp:
        found = TestApp(self.app, extra_environ={"REMOTE_ADDR": address, "HTTP_HOST": "localhost"})
        if person is not None and person not in self._cookies:
            form = found.get("/login").forms[0]
            form["login"], form["password"] = person, PASSWORD
            assert form.submit().status_int == 303
            self._cookies[person] = found.cookies["keyuan"]
        elif person is not None:
            found.set_cookie("keyuan", self._cookies[person])
        return found

    @contextmanager
    def env(self, person: str) -> Iterator[Env]:
        """What a person does beside the pages; committed at the end."""
        staff = find_staff_of(self)
        with session_factory(self.database.app)() as session:
            identity = identity_of(session, staff.users[person], staff.companies[STAFF[person]])
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                yield env
                env.commit()

    def make(self, person: str, model: str, **values: Any) -> int:
        with self.env(person) as env:
            return int(Factory(env).make(model, **values).id)

    def rows(self) -> dict[str, int]:
        """Number of rows of every table but those in PASSING, past all walls."""
        tables = [table for table in self.composed.metadata.tables.values() if str(table) not in PASSING]
        counts = " union all ".join(f"select '{table}', count(*) from {full_name(table)}" for table in tables)
        with self._watching.connect() as connection:
            return dict(connection.exec_driver_sql(counts).all())

    @cached_property
    def _watching(self) -> Engine:
        """The owner's, with a connection that is kept: each new one has to learn the whole catalogue first."""
        return make_engine(self.database.urls.owner_url, pool_size=1)


def find_staff_of(site: Site) -> Any:
    with site.database.owner.connect() as connection:
        return find_staff(connection, site.composed)


def make_site(config: Config, composed: Composition, database: ScratchDatabase) -> Site:
    """Everybody gets the same password."""
    user = composed.info("base.user").table
    with Session(database.owner) as session:
        known = update(user).values(password_hash=hash_password(PASSWORD))
        session.execute(known, execution_options=TRUSTED)
        session.commit()
    return Site(database, composed, make_app(config, composed, engine=database.app, reload=False))


def token_of(browser: TestApp) -> str:
    """A CSRF token as a page of this browser has it."""
    return str(browser.get("/preferences").html.find("input", {"name": "csrf_token"})["value"])


def refused(answer: Any, *statuses: int) -> Any:
    """A plain refusal: the status, words for people, and nothing of the inside."""
    where = answer.request.environ["PATH_INFO"], answer.request.environ["QUERY_STRING"][:200]
    assert answer.status_int in (statuses or (400,)), (answer.status, where)
    assert not TRACE.search(answer.text), answer.text[:2000]
    if answer.content_type == "text/html":
        assert len(answer.html.get_text(" ", strip=True)) > 10
    return answer
