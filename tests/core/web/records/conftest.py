"""Works in company Acme: Ann works on them, Rae reads them, Bob may nothing, and company Beta has others."""

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
from tests.core.web.acme import ann, bob, build_people, eve, rae, statements  # noqa: F401 - fixtures
from tests.core.web.conftest import People

MODEL = "toy_works.work"
LIST = f"/r/{MODEL}"


@pytest.fixture(scope="module")
def composed(config: Config) -> Composition:
    return compose(load(order(discover(config), ["toy_works"])))


@pytest.fixture(scope="module")
def people(server: DatabaseServer, composed: Composition) -> Iterator[People]:
    roles = {
        "Ann Lee": ["toy_works.worker", "base.admin"],
        "Rae": ["toy_works.reader"],
        "Bob": [],
        "Eve": ["toy_works.worker"],
    }
    found = build_people(server, composed, "web_works", "toy_works", roles)
    yield found
    server.drop(found.database)


@dataclass
class Works:
    """Rows as somebody made them, each with its own audit entries."""

    people: People

    @contextmanager
    def env(self, name: str = "Ann Lee", channel: str = "page") -> Iterator[Env]:
        """An Env of a person, committed at the end."""
        with session_factory(self.people.database.app)() as session:
            identity = identity_of(session, self.people.ids[name])
            assert identity is not None
            env = make_env(session, identity, channel, language="en")
            with use_env(env):
                yield env
                env.commit()

    def add(self, model: str = MODEL, who: str = "Ann Lee", **values: Any) -> int:
        with self.env(who) as env:
            (key,) = env.create_many(model, [values])
        return int(key)

    def add_many(self, rows: list[dict[str, Any]], model: str = MODEL) -> list[int]:
        with self.env() as env:
            return env.create_many(model, rows)

    def system(self, model: str, **values: Any) -> int:
        """A row that nobody of the people may make."""
        with self.env() as env:
            (key,) = env.sudo("test").create_many(model, [values])
        return int(key)

    def value(self, key: int, name: str, model: str = MODEL) -> Any:
        with self.env() as env:
            return env.sudo("test").read(model, key, [name])[2]

    def count(self, model: str = MODEL, **where: str) -> int:
        with self.env() as env:
            conditions = [env.condition(model, name, "eq", value) for name, value in where.items()]
            return env.count(model, *conditions).value

    def option(self, list_code: str, code: str) -> int:
        with self.env() as env:
            found = env.first(
                "base.option",
                env.condition("base.option", "list_code", "eq", list_code),
                env.condition("base.option", "code", "eq", code),
            )
            assert found is not None
            return int(found.id)


@pytest.fixture
def works(people: People) -> Iterator[Works]:
    """No work is left from the test before."""
    yield Works(people)
    with people.database.owner.begin() as connection:
        tables = ["part", "bill", "visit", "work", "label", "phase", "vault"]
        connection.exec_driver_sql(f"truncate {', '.join(f'toy_works.{name}' for name in tables)} cascade")


def target(answer: Any) -> str:
    """Where an answer leads, without the host."""
    return str(answer.headers["Location"]).removeprefix("http://localhost")


def csrf(page: Any) -> str:
    """The token of a page."""
    return str(page.html.find("input", {"name": "csrf_token"})["value"])
