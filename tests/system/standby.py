"""Two clusters on this machine: a primary of the tests' own, and a streaming replica of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from sqlalchemy import make_url

from core.server.embedded import EmbeddedServer, Running
from tests.core.server.processes import query, server_of, state_folder, wait_until

_SETTINGS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
_ACCESS = "local all all scram-sha-256\nlocal replication all scram-sha-256\n"


@contextmanager
def primary() -> Iterator[Running]:
    """A cluster that lets itself be copied; commits wait for the disk as in real life, but for the disk itself."""
    with state_folder() as state:
        access = state.parent / "pg_hba.conf"
        access.write_text(_ACCESS)
        access.chmod(0o644)
        running = EmbeddedServer(state, settings={**_SETTINGS, "hba_file": str(access)}).start()
        try:
            yield running
        finally:
            running.close()


class Standby:
    """A replica made by pg_basebackup, with the programs and as the user of its primary."""

    def __init__(self, running: Running, folder: Path) -> None:
        state = running.server.home.parent
        self.running, self.folder, self.data = running, folder, folder / "data"
        self._programs = Path(os.readlink(f"/proc/{server_of(state)}/exe")).parent
        self._user = (state / "postgres" / "data").stat().st_uid if os.geteuid() == 0 else None
        self._access = state.parent / "pg_hba.conf"
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, url: str) -> str:
        """A URL of the primary, on the replica."""
        found = make_url(url).update_query_dict({"host": str(self.folder)})
        return found.render_as_string(hide_password=False)

    def copy(self) -> None:
        owner = make_url(self.running.owner_url)
        self.folder.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(self.folder, self._user, -1)
        self._run("pg_basebackup", "-D", str(self.data), "-h", str(self.running.socket_folder), "-U", owner.username,
                  "-X", "stream", "-c", "fast", "-R", "--no-sync", password=owner.password)  # fmt: skip

    def start(self) -> None:
        settings = {**_SETTINGS, "listen_addresses": "", "unix_socket_directories": str(self.folder), "port": "5432",
                    "hba_file": str(self._access), "hot_standby": "on", "max_connections": "100",
                    "wal_retrieve_retry_interval": "100ms"}  # fmt: skip
        conf = self.folder / "standby.conf"
        conf.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        conf.chmod(0o644)
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-c", f"config_file={conf}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", user=self._user,
                extra_groups=None if self._user is None else [], env=self._environment(), start_new_session=True,
            )  # fmt: skip
        wait_until(self._answers, f"an answer; {(self.folder / 'log').read_text()[-1000:]}", 60)

    def stop(self) -> None:
        """A fast shutdown: whoever is connected is thrown out."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)

    def ask(self, statement: str) -> object:
        """As the superuser on the replica."""
        return query(self.url(self.running.owner_url), statement)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
        try:
            return bool(self.ask("select pg_is_in_recovery()") == [(True,)])
        except psycopg2.OperationalError:
            return False

    def _run(self, program: str, *arguments: Sequence[str] | str | None, password: str | None) -> None:
        done = subprocess.run(
            [str(self._programs / program), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120, cwd="/", user=self._user, extra_groups=None if self._user is None else [],
            env=self._environment() | {"PGPASSWORD": password or ""},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@contextmanager
def standby_of(running: Running) -> Iterator[Standby]:
    folder = running.server.home.parent.parent / "standby"
    made = Standby(running, folder)
    made.copy()
    made.start()
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
