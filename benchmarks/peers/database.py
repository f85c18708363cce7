"""The peers' databases on the embedded server of the benchmarks; a filled one is kept for the next run."""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import make_url

from benchmarks.data import create_database, state_dir
from benchmarks.peers.environment import ROOT, Peer
from benchmarks.peers.source import GENERATOR, load_source
from core.config import load_config, process_environment
from core.server.embedded import EmbeddedServer


class Server:
    """The running server, and processes of peers that find it in their environment."""

    def __init__(self, owner_url: str, folder: Path) -> None:
        self.owner_url = owner_url
        url = make_url(owner_url)
        self.address = {
            "PGHOST": str(url.query["host"]),
            "PGPORT": str(url.query["port"]),
            "PGUSER": url.username or "",
            "PGPASSWORD": str(url.password or ""),
        }
        self._password_file = folder / "password"
        self._password_file.touch(0o600)
        self._password_file.write_text(secrets.token_urlsafe(24), "ascii")

    def variables(self, database: str, **more: str) -> dict[str, str]:
        """The environment of a peer's process; each peer finds its settings there."""
        own = {"TRYTOND_DATABASE_URI": "postgresql://", "TRYTONPASSFILE": str(self._password_file)}
        own["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.django.settings"
        return process_environment(**self.address, **own, PGDATABASE=database, **more)

    def run(self, command: list[str], database: str, **more: str) -> float:
        """Run a peer's process to its end; the seconds that it took."""
        started = time.perf_counter()
        subprocess.run(
            command, env=self.variables(database, **more), cwd=ROOT, stdin=subprocess.DEVNULL, check=True
        )
        return time.perf_counter() - started

    def connect(self, database: str, *, autocommit: bool = False) -> Any:
        """As the owner of the cluster."""
        names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
        connection = psycopg2.connect(
            dbname=database, **{names[name]: value for name, value in self.address.items()}
        )
        connection.autocommit = autocommit
        return connection

    def version(self) -> str:
        """Of PostgreSQL."""
        connection = self.connect("postgres")
        number = str(connection.info.parameter_status("server_version"))
        connection.close()
        return number

    def filled(self, peer: Peer, rows: int) -> str:
        """The name of the peer's database with this many leads, made when it is not there yet."""
        parts = (
            peer.room / "requirements.txt",
            *sorted(peer.room.glob("*.sql")),
            *peer.room.glob("models.py"),
        )
        seed = f"{GENERATOR}{rows}".encode() + b"".join(part.read_bytes() for part in parts)
        name = f"bench_{peer.name}_{hashlib.sha256(seed).hexdigest()[:10]}"
        if not self._is_filled(name):
            self._fill(peer, name, rows)
        return name

    def _is_filled(self, database: str) -> bool:
        """A database that was given up half filled is made again."""
        try:
            connection = self.connect(database)
        except psycopg2.OperationalError:
            return False
        with connection.cursor() as cursor:
            cursor.execute("select to_regclass('public.peers_bench_done')")
            done = cursor.fetchone()[0] is not None
        connection.close()
        return done

    def _fill(self, peer: Peer, database: str, rows: int) -> None:
        print(f"Filling {database} with {rows:,} leads (kept for the next time) …", flush=True)
        started = time.perf_counter()
        create_database(self.owner_url, database)
        self.run(peer.program(peer.schema, database), database)
        self.run(peer.command("setup"), database)
        connection = self.connect(database)
        load_source(connection, rows)
        with connection.cursor() as cursor:
            cursor.execute((peer.room / "fill.sql").read_text("utf-8"))
            cursor.execute("drop schema source cascade")
        connection.commit()
        connection.close()
        self._now(database, "vacuum analyze", "create table public.peers_bench_done ()")
        print(f"  filled in {time.perf_counter() - started:.0f} s", flush=True)

    def _now(self, database: str, *statements: str) -> None:
        connection = self.connect(database, autocommit=True)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()


@contextmanager
def bench_server() -> Iterator[Server]:
    """The embedded server with the settings of the product, in the same cluster as `make bench`."""
    config = load_config({})
    with (
        EmbeddedServer(state_dir(config), config.postgres_bin).start() as running,
        tempfile.TemporaryDirectory() as folder,
    ):
        yield Server(running.owner_url, Path(folder))
