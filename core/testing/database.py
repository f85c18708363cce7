"""Databases for tests: one server per run, one template per composition, one clone per worker.

The server is a cluster of the run's own, in a folder that all workers share and that is deleted at the end.
With KEYUAN_TEST_DATABASE_URL, the URL of a superuser, an existing server is used instead.
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, make_url, text

from core.auth.access_index import forget_rights
from core.config import process_environment
from core.lifecycle.database import Database, prepare_database
from core.orm.engine import make_engine, run_script
from core.orm.rls import quote
from core.server.embedded import EmbeddedServer, Running
from core.testing.folders import shared

URL_VARIABLE: Final = "KEYUAN_TEST_DATABASE_URL"
APP_ROLE: Final = "keyuan_test_app"
_APP_PASSWORD: Final = "known to every test"
_SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "autovacuum": "off",
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class ScratchDatabase:
    """One database of the test server, as both roles see it."""

    name: str
    urls: Database

    @cached_property
    def owner(self) -> Engine:
        return self.urls.owner_engine()

    @cached_property
    def app(self) -> Engine:
        return self.urls.app_engine(pool_size=4)

    def close(self) -> None:
        """Close the connections that this process holds; the database can then be dropped or copied."""
        for name in ("owner", "app"):
            engine = self.__dict__.pop(name, None)
            if engine is not None:
                engine.dispose()


class DatabaseServer:
    """Makes and drops databases on the server of this run."""

    def __init__(self, superuser_url: str, run: str, running: Running | None = None) -> None:
        self._url = make_url(superuser_url)
        self._prefix = f"keyuan_{run[:12]}_"
        self._running = running
        self._admin = make_engine(self._at("postgres"), application_name="keyuan-tests", pooled=False)

    def _at(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _handle(self, name: str) -> ScratchDatabase:
        url = self._url.set(database=name, username=APP_ROLE, password=_APP_PASSWORD)
        app_url = url.render_as_string(hide_password=False)
        return ScratchDatabase(name, Database(self._at(name), app_url, APP_ROLE, own_role=True))

    def create(self, template: str | None = None) -> ScratchDatabase:
        """A new database: empty, with the application's role prepared, or a copy of `template`.

        What is remembered of rights in others is forgotten: their versions are numbers of a database.
        """
        forget_rights()
        name = f"{self._prefix}{os.getpid()}_{next(_numbers)}"
        self._create(name, template)
        made = self._handle(name)
        if template is None:
            prepare_database(made.owner, made.urls)
        return made

    def _create(self, name: str, template: str | None) -> None:
        source = f"template {quote(template)}" if template else "template template0 encoding 'UTF8'"
        with self._outside_transactions() as connection:
            run_script(connection, f"create database {quote(name)} {source}")

    def drop(self, database: ScratchDatabase) -> None:
        database.close()
        with self._outside_transactions() as connection:
            run_script(connection, f"drop database if exists {quote(database.name)} with (force)")

    def template(self, key: str, build: Callable[[ScratchDatabase], None]) -> str:
        """The name of a template database, built by the first worker that asks; the others wait for it."""
        name = f"{self._prefix}template_{key}"
        with self._outside_transactions() as connection:
            connection.execute(text("select pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
            exists = text("select 1 from pg_database where datname = :name")
            if connection.execute(exists, {"name": name}).first() is None:
                draft = self.create()
                build(draft)
                draft.close()
                run_script(connection, f"alter database {quote(draft.name)} rename to {quote(name)}")
        return name

    @contextmanager
    def _outside_transactions(self) -> Iterator[Connection]:
        with self._admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def close(self, *, last: bool = False) -> None:
        """Give the server back; the `last` to do so on a server that is not ours deletes the run's databases."""
        if last and self._running is None:
            with self._outside_transactions() as connection:
                ours = text("select datname from pg_database where starts_with(datname, :prefix)")
                for name in connection.execute(ours, {"prefix": self._prefix}).scalars().all():
                    run_script(connection, f"drop database {quote(name)} with (force)")
        self._admin.dispose()
        if self._running is not None:
            self._running.close()


@dataclass(frozen=True)
class Run:
    """One run of the tests, which several worker processes may share: its name and its folder."""

    name: str
    folder: Path

    @classmethod
    def begin(cls, name: str | None = None) -> Run:
        """The run of this name, or one of its own.

        The folder is not below pytest's, which no other user may enter: the server of root runs as another user.
        """
        name = name or secrets.token_hex(8)
        folder = shared(f"keyuan-test-{name[:16]}")
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o711)
        return cls(name, folder)

    def server(self) -> DatabaseServer:
        """The run's server: the one that the environment names, else a cluster in the folder."""
        url = process_environment().get(URL_VARIABLE)
        if url:
            superuser = make_url(url).set(drivername="postgresql+psycopg2")
            return DatabaseServer(superuser.render_as_string(hide_password=False), self.name)
        running = EmbeddedServer(self.folder, settings=_SETTINGS).start()
        return DatabaseServer(running.owner_url, self.name, running)

    def end(self) -> None:
        """Delete what the run left, when all of its workers are gone. Nothing else is ever put into its folder."""
        if process_environment().get(URL_VARIABLE):
            self.server().close(last=True)
        shutil.rmtree(self.folder, ignore_errors=True)
