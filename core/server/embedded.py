"""The embedded database server, shared by all processes of one deployment on one machine.

    with EmbeddedServer(config.state_dir).start() as server:
        engine = create_engine(server.owner_url)

The server runs while at least one process is between `start` and `close`, or still alive after `start`. How
the processes agree is told in `keeper.py`; why it is our own supervisor, in docs/adr/0002.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from core.config import installation_root, make_private_folder
from core.i18n import _
from core.server.binaries import Binaries, find_binaries
from core.server.cluster import MAIN_DATABASE, OWNER, PORT, Status, read_status
from core.server.errors import ServerError
from core.server.keeper import FAILED
from core.server.locks import EXCLUSIVE, SHARED, is_free, lock, try_lock

_STOP_SECONDS = 130.0
_BOOT = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('core.server.keeper', None, '__main__')"
)
_children: list[subprocess.Popen[bytes]] = []


class EmbeddedServer:
    """The cluster below `state_dir`, created at first use. `settings` changes `postgresql.conf` for tests."""

    def __init__(
        self, state_dir: Path, postgres_bin: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self.home = state_dir.absolute() / "postgres"
        self._configured = postgres_bin
        self._settings = dict(settings or {})

    @cached_property
    def binaries(self) -> Binaries:
        """The programs of this cluster's version, also for `pg_dump` in backups."""
        try:
            major = int((self.home / "data" / "PG_VERSION").read_text().strip())
        except FileNotFoundError:
            return find_binaries(self._configured)
        return find_binaries(self._configured, major)

    def start(self, timeout: float = 600) -> Running:
        """Start the server or join the running one. Raises `ServerError` with what PostgreSQL said.

        `timeout` in seconds covers a first `initdb` and the recovery of a large cluster after a power cut.
        """
        make_private_folder(self.home)
        user = lock(self.home / "users.lock", SHARED, timeout)
        if user is None:
            raise ServerError(
                _("The embedded database server in {folder} is not stopping.", folder=str(self.home))
            )
        try:
            status = self.ensure(timeout)
            password = (self.home / "password").read_text("ascii")
        except BaseException:
            os.close(user)
            raise
        return Running(self, user, status.socket_folder, password)

    def ensure(self, timeout: float = 600) -> Status:
        """Wait for a ready server under a living keeper, and start a keeper where there is none."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if is_free(self.home / "keeper.lock"):
                self._start_keeper(deadline)
            elif (status := read_status(self.home / "data")) is not None and status.is_ready:
                return status
            time.sleep(0.02)
        raise ServerError(
            _(
                "The embedded database server was not ready after {seconds} seconds; see {log}.",
                seconds=int(timeout),
                log=str(self.home / "server.log"),
            )
        )

    def _start_keeper(self, deadline: float) -> None:
        found = self.binaries
        order = {
            "home": str(self.home),
            "programs": str(found.folder),
            "major": found.major,
            "settings": self._settings,
        }
        log = os.open(self.home / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        answers, answering = os.pipe()
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", _BOOT, str(installation_root()), json.dumps(order)],
                stdin=subprocess.DEVNULL,
                stdout=answering,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(log)
            os.close(answering)
        _children.append(process)
        word, detail = _read_answer(answers, deadline)
        if word == FAILED:
            process.wait()
            where = str(self.home / "server.log")
            raise ServerError(
                _("The embedded database server cannot be started: {reason}", reason=detail or where)
            )


def _read_answer(descriptor: int, deadline: float) -> tuple[str, str]:
    """The keeper's line; nothing came when the keeper was killed, or is not done before the deadline."""
    with os.fdopen(descriptor) as stream:
        if not select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return "", ""
        line = stream.readline()
    word, detail = json.loads(line) if line else ("", "")
    return word, detail


class Running:
    """One process's share in the running server; the last one to close stops it."""

    def __init__(self, server: EmbeddedServer, user_lock: int, socket_folder: Path, password: str) -> None:
        self.server = server
        self.socket_folder = socket_folder
        self._password = password
        self._lock: int | None = user_lock
        self._pid = os.getpid()

    @property
    def owner_url(self) -> str:
        """The main database as the superuser who owns the cluster."""
        return self.url(MAIN_DATABASE, OWNER)

    def url(self, database: str, role: str, password: str | None = None) -> str:
        """URL of any database and role of the cluster; the owner's password is filled in."""
        if password is None and role == OWNER:
            password = self._password
        who = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
        place = quote(str(self.socket_folder), safe="/")
        return f"postgresql+psycopg2://{who}@/{quote(database, safe='')}?host={place}&port={PORT}"

    def tend(self, timeout: float = 10) -> None:
        """Replace a keeper that was killed. Cheap while there is one: a living keeper restarts the server."""
        if is_free(self.server.home / "keeper.lock"):
            self.server.ensure(timeout)

    def close(self) -> None:
        """Give the share back. If it was the last, return when the server is down and its keeper gone."""
        if self._lock is None:
            return
        os.close(self._lock)
        self._lock = None
        if os.getpid() == self._pid:
            _wait_for_keeper(self.server.home)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _wait_for_keeper(home: Path) -> None:
    """Until the keeper is gone, or until it is certain that others still use the server."""
    deadline = time.monotonic() + _STOP_SECONDS
    used = 0
    while time.monotonic() < deadline and used < 3:
        if is_free(home / "keeper.lock"):
            break
        used = used + 1 if _is_used(home / "users.lock") else 0
        time.sleep(0.02)
    for child in _children[:]:
        if child.poll() is not None:
            _children.remove(child)


def _is_used(path: Path) -> bool:
    """True when others hold the lock in shared mode; the keeper holds it exclusively while it stops."""
    shared = try_lock(path, SHARED)
    if shared is None:
        return False
    os.close(shared)
    exclusive = try_lock(path, EXCLUSIVE)
    if exclusive is None:
        return True
    os.close(exclusive)
    return False
