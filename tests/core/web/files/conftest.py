"""Papers in company Acme: Ann writes, Rae reads her own, Bob may nothing, Eve writes in company Beta."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.config import Config
from core.files.keeping import keep
from core.files.shelf import Shelf, shelves
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.stored_file import StoredFile
from core.testing.database import DatabaseServer
from tests.core.web.acme import ann, bob, build_people, eve, rae, statements  # noqa: F401 - fixtures
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
    roles = {
        "Ann Lee": ["toy_papers.writer"],
        "Rae": ["toy_papers.reader"],
        "Bob": [],
        "Eve": ["toy_papers.writer"],
    }
    found = build_people(server, composed, "web_papers", "toy_papers", roles)
    yield found
    server.drop(found.database)


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
