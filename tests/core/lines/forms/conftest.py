"""Bills in company Acme: Ann is the chief, Bob a clerk, Rae reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.config import Config
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.testing.database import DatabaseServer
from tests.core.lines.conftest import ADDONS
from tests.core.web.acme import ann, bob, build_people, eve, rae, statements  # noqa: F401 - fixtures
from tests.core.web.conftest import People, application  # noqa: F401 - fixture


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return Config(tmp_path_factory.mktemp("state"), (ADDONS,), base_url="http://localhost", language="en")


@pytest.fixture(scope="module")
def composed(config: Config) -> Composition:
    return compose(load(order(discover(config), ["toy_bills"])))


@pytest.fixture(scope="module")
def people(server: DatabaseServer, composed: Composition) -> Iterator[People]:
    roles = {
        "Ann Lee": ["toy_bills.chief"],
        "Rae": ["toy_bills.reader"],
        "Bob": ["toy_bills.clerk"],
        "Eve": ["toy_bills.chief"],
    }
    found = build_people(server, composed, "web_bills", "toy_bills", roles)
    yield found
    server.drop(found.database)


@dataclass
class Bills:
    """Bills as somebody made them."""

    people: People

    @contextmanager
    def env(self, name: str = "Ann Lee") -> Iterator[Env]:
        with session_factory(self.people.database.app)() as session:
            identity = identity_of(session, self.people.ids[name])
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                yield env
                env.commit()

    def add(self, key: str, **values: Any) -> int:
        with self.env() as env:
            (made,) = env.create_many(f"toy_bills.{key}", [values])
        return int(made)

    def lines(self, bill: int, *names: str) -> list[tuple[Any, ...]]:
        """Values of the lines, in their order."""
        with self.env() as env:
            info = env.info("toy_bills.line")
            page = env.page(info, list(names), info.cls.bill_id == bill, order="sequence")
            width = {"article": 2}
            found = []
            for row in page.rows:
                at, values = 2, []
                for name in names:
                    values.append(row[at])
                    at += width.get(name, 1)
                found.append(tuple(values))
            return found

    def value(self, key: str, record: int, name: str) -> Any:
        with self.env() as env:
            return env.read(f"toy_bills.{key}", record, [name])[2]


@pytest.fixture
def bills(people: People) -> Iterator[Bills]:
    """No bill is left from the test before."""
    yield Bills(people)
    with people.database.owner.begin() as connection:
        connection.exec_driver_sql(
            "truncate toy_bills.note, toy_bills.copy, toy_bills.line, toy_bills.bill, toy_bills.sort, toy_bills.article cascade"
        )
