"""PgBouncer in transaction mode in front of the tests' database server, as a small deployment would run it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from core.lifecycle.database import Database
from core.testing.database import ScratchDatabase
from tests.core.server.processes import wait_until

SERVER_CONNECTIONS = 3
"""Connections to the server for each role and database; clients are many more."""


def program() -> str:
    """A test that needs it fails where it is missing: a promise that nobody has tried is not kept."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.fail("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
    return found


class Pooler:
    """A running PgBouncer; `through(url)` leads a URL of the server through it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.log, self.port = folder / "pgbouncer.log", port

    def through(self, url: str) -> str:
        pooled = make_url(url).set(host="127.0.0.1", port=self.port, query={})
        return pooled.render_as_string(hide_password=False)

    def urls(self, database: ScratchDatabase) -> Database:
        """The application through the pooler, the owner directly: as the manual says."""
        return replace(database.urls, app_url=self.through(database.urls.app_url), own_role=False)


@contextmanager
def pooler_for(database: ScratchDatabase) -> Iterator[Pooler]:
    binary, port = program(), _free_port()
    host, server_port, owner = _server_of(database.urls.owner_url)
    folder = Path(tempfile.mkdtemp(prefix="keyuan-pooler-"))
    (folder / "users.txt").write_text(
        "".join(f'"{name}" "{password}"\n' for name, password in _people(database))
    )
    (folder / "pgbouncer.ini").write_text(_settings(folder, port, host, server_port))
    for path in (folder, *folder.iterdir()):
        if owner is not None:
            os.chown(path, owner, -1)
    process = subprocess.Popen(
        [binary, str(folder / "pgbouncer.ini")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, cwd="/", user=owner, extra_groups=None if owner is None else [],
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or _answers(port), "PgBouncer's answer", 20)
        assert process.poll() is None, (folder / "pgbouncer.log").read_text()[-2000:]
        yield Pooler(folder, port)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, port: int, host: str, server_port: int) -> str:
    return "\n".join([
        "[databases]", f"* = host={host} port={server_port}", "[pgbouncer]", "listen_addr = 127.0.0.1",
        f"listen_port = {port}", "unix_socket_dir =", "auth_type = scram-sha-256", f"auth_file = {folder}/users.txt",
        f"logfile = {folder}/pgbouncer.log", f"pidfile = {folder}/pgbouncer.pid", "pool_mode = transaction",
        f"default_pool_size = {SERVER_CONNECTIONS}", "max_client_conn = 200", "query_wait_timeout = 30", "",
    ])  # fmt: skip


def _people(database: ScratchDatabase) -> list[tuple[str, str]]:
    urls: list[Any] = [make_url(url) for url in (database.urls.owner_url, database.urls.app_url)]
    return [(url.username, url.password or "") for url in urls]


def _server_of(url: str) -> tuple[str, int, int | None]:
    """Host, port, and whom PgBouncer must run as: it refuses root, and a socket's folder is its owner's alone."""
    found = make_url(url)
    host = str(found.query.get("host") or found.host)
    port = int(str(found.query.get("port") or found.port or 5432))
    if os.geteuid() != 0:
        return host, port, None
    return host, port, Path(host).stat().st_uid if host.startswith("/") else 65534


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
