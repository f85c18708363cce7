"""Papers in company Acme: Ann writes, Rae reads her own, Bob may nothing, Eve writes in company Beta."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from webtest import TestApp

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.config import Config
from core.files.keeping import keep
from core.files.shelf import Shelf, shelves
from core.lifecycle.activation import enable
from core.lifecycle.install import initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.orm.context import use_env
from core.orm.engine import Scope, apply_scope, session_factory
from core.orm.env import Env
from core.orm.stored_file import StoredFile
from core.orm.system_env import system_env
from core.testing.browser import browser_of
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.web.conftest import People

PAPER = "toy_papers.paper"
ATTACHMENT = "base.attachment"


def picture(colour: int = 0) -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes((0, colour, 0, 0)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def composed(config: Config) -> Composition:
    return compose(load(order(discover(config), ["toy_papers"])))


@pytest.fixture(scope="module")
def people(server: DatabaseServer, composed: Composition) -> Iterator[People]:
    def build(made: ScratchDatabase) -> None:
        initialise(made.owner, APP_ROLE, composed)

    database = server.create(server.template("web_papers", build))
    found = People(database, composed)
    with session_factory(database.owner).begin() as session:
        for name in ("Acme", "Beta"):
            found.add(session, "base.company", name, name=name, code=name)
        apply_scope(session.connection(), Scope(tuple(found.ids.values()), (0, *found.ids.values())))
        found.user(session, "Ann Lee", {"Acme": ["toy_papers.writer"]})
        found.user(session, "Rae", {"Acme": ["toy_papers.reader"]})
        found.user(session, "Bob", {"Acme": []})
        found.user(session, "Eve", {"Beta": ["toy_papers.writer"]})
    with session_factory(database.owner).begin() as session:
        for name in ("Acme", "Beta"):
            with system_env(session, found.ids[name], frozenset(composed.addons), "test") as env:
                enable(env, found.ids[name], "toy_papers")
    yield found
    server.drop(database)


@dataclass
class Papers:
    """Rows as somebody made them, and what lies in the store."""

    people: People
    config: Config

    @contextmanager
    def env(self, name: str = "Ann Lee") -> Iterator[Env]:
        """An Env of a person, committed at the end."""
        with session_factory(self.people.database.app, shelves(self.config))() as session:
            identity = identity_of(session, self.people.ids[name])
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                yield env
                env.commit()

    def add(self, who: str = "Ann Lee", **values: Any) -> int:
        with self.env(who) as env:
            (key,) = env.create_many(PAPER, [{"title": "Contract", **values}])
        return int(key)

    def kept(self, content: bytes = b"text", name: str = "a.txt", who: str = "Ann Lee") -> StoredFile:
        with self.env(who) as env:
            return keep(env, name, BytesIO(content))

    def value(self, key: int, name: str, model: str = PAPER) -> Any:
        with self.env() as env:
            return env.sudo("test").read(model, key, [name])[2]

    def attachments(self) -> list[Any]:
        return self.people.rows(ATTACHMENT, "id", "name", "model", "record_id", "deleted_at")

    def stored(self) -> list[Any]:
        return self.people.rows("base.file", "name", "type", "size", "sha256", "company_id")

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.config.state_dir / "files" / str(self.people.ids["Acme"]))

    def contents(self) -> list[Path]:
        return [path for path in self.shelf.folder.glob("??/*") if path.is_file()]

    def unfinished(self) -> list[Path]:
        return list((self.shelf.folder / "incoming").glob("*"))


@pytest.fixture
def papers(people: People, config: Config) -> Iterator[Papers]:
    """No paper is left from the test before."""
    found = Papers(people, config)
    yield found
    with people.database.owner.begin() as connection:
        names = "toy_papers.paper, toy_papers.receipt, base.attachment, base.file, core.idempotency"
        connection.exec_driver_sql(f"truncate {names} cascade")
    for path in (*found.contents(), *found.unfinished()):
        path.unlink()


@pytest.fixture
def ann(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Ann Lee"], people.ids["Acme"])


@pytest.fixture
def rae(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Rae"], people.ids["Acme"])


@pytest.fixture
def bob(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Bob"], people.ids["Acme"])


@pytest.fixture
def eve(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Eve"], people.ids["Beta"])


@pytest.fixture
def statements(people: People) -> Callable[[], Any]:
    """`with statements() as seen:` gathers the statements that the application sends."""

    @contextmanager
    def gather() -> Iterator[list[str]]:
        engine: Engine = people.database.app
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return gather
