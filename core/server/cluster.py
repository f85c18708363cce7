"""One database cluster and its server process, as the keeper handles it. Standard library only.

<state_dir>/postgres/   owned by whoever starts Keyuan
    data/               owned by the server's user
    postgresql.conf, pg_hba.conf   written anew at each start
    password            of the owner role, 0600
    run/                the socket, if the path is short enough
    users.lock keeper.lock server.log
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from core.server.placement import Identity, check_reachable, remove_stale_copies
from core.server.settings import host_based_access, server_settings

OWNER = "keyuan_owner"
MAIN_DATABASE = "keyuan"
PORT = 5432
_STOP_SECONDS = 120
_LOG_BYTES = 10_000_000
_ATTEMPTS = 100


class ClusterError(Exception):
    """A program of PostgreSQL failed; `str()` is what it wrote."""


@dataclass(frozen=True)
class Status:
    """What the server wrote into `postmaster.pid`, and whether its socket answers."""

    pid: int
    socket_folder: Path
    is_ready: bool


def read_status(data: Path) -> Status | None:
    """None when no server runs on `data`; the file alone proves nothing, since SIGKILL leaves it behind."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8").splitlines()
    except OSError:
        return None
    if len(lines) < 8 or not lines[4]:
        return None
    folder = Path(lines[4])
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return None
    return Status(int(lines[0]), folder, lines[7].strip() == "ready")


@dataclass
class Cluster:
    """Creates, starts and stops the server; the caller holds the keeper's lock, so there is one caller."""

    home: Path
    programs: Path
    major: int
    identity: Identity | None
    socket_folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    lock: int = -1
    """Descriptor that long steps inherit: after a SIGKILL of the keeper nobody repeats a running initdb."""
    _process: subprocess.Popen[bytes] | None = None
    _adopted: int | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    def open(self) -> None:
        """Make sure a server is up: adopt a running one, else create the cluster if need be, and start."""
        if self._adopt():
            return
        if not self.data.exists():
            self._create()
        check_reachable(self.data, self.identity)
        if not (self.home / "password").exists():
            self._set_password(self.data)
        self._write_settings()
        for _ in range(_ATTEMPTS):
            failure = self._launch()
            if not failure or self._adopt():
                return
            if "lock file" not in failure and "shared memory" not in failure:
                break
            self._end_remains()
            time.sleep(0.1)
        raise ClusterError(failure)

    def _adopt(self) -> bool:
        """Take charge of a server that a killed keeper has left, and wait until it is ready."""
        self._process = None
        while (found := read_status(self.data)) is not None:
            self._adopted = found.pid
            if found.is_ready:
                return True
            time.sleep(0.05)
        return False

    def _launch(self) -> str:
        """Start the server and wait for the end of recovery, however long it takes; returns why it failed."""
        with self._log() as log:
            begin = log.tell()
            process = self._process = self._spawn(["postgres", *self._arguments()], stdout=log, stderr=log)
        while process.poll() is None:
            status = read_status(self.data)
            if status is not None and status.is_ready and status.pid == process.pid:
                return ""
            time.sleep(0.02)
        with (self.home / "server.log").open("rb") as written:
            written.seek(begin)
            return (
                written.read().decode("utf-8", "replace").strip()[-2000:] or f"exit code {process.returncode}"
            )

    def is_alive(self) -> bool:
        """Cheap enough for every second; an adopted server is not our child, so its id is asked for."""
        if self._process is not None:
            return self._process.poll() is None
        return self._adopted is not None and _is_running(self._adopted)

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, everything committed is on disk after it."""
        if self.is_alive():
            command = ["pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(_STOP_SECONDS)]
            if self._call(command).returncode != 0 and self._process is not None:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(_STOP_SECONDS)
        if not self.is_alive():
            remove_stale_copies(self.home, self.programs)
        if self.socket_folder.parent != self.home:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()

    def _create(self) -> None:
        """Under another name first: a half-made cluster is never taken for one."""
        for leftover in self.home.glob("data.new-*"):
            shutil.rmtree(leftover)
        draft = self.home / f"data.new-{os.getpid()}"
        draft.mkdir(mode=0o700)
        if self.identity is not None:
            os.chown(draft, self.identity.uid, self.identity.gid)
        check_reachable(draft, self.identity)
        command = ["initdb", "-D", str(draft), "-U", OWNER, "-A", "reject", "-E", "UTF8", *self._locale()]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        done = self._call(command)
        if done.returncode != 0:
            raise ClusterError((done.stderr or done.stdout).strip()[-2000:])
        self._set_password(draft, f"CREATE DATABASE {MAIN_DATABASE};")
        draft.rename(self.data)
        descriptor = os.open(self.home, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def _locale(self) -> list[str]:
        """Character classes of all scripts without the system's collations; order is by code point."""
        name = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        if self.major >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={name}"]
        return [f"--locale={name}"]

    def _set_password(self, data: Path, *statements: str) -> None:
        """Give the owner role a password; again when its file was lost. The server must be down.

        Single-user mode needs neither a password nor a client library; each line is one statement.
        """
        password = secrets.token_hex(24)
        text = "\n".join([f"ALTER ROLE {OWNER} PASSWORD '{password}';", *statements, ""])
        command = ["postgres", "--single", "-D", str(data), "-c", "exit_on_error=true", "postgres"]
        done = self._call(command, text)
        if done.returncode != 0:
            raise ClusterError(done.stderr.strip()[-2000:])
        draft = self.home / f".password-{os.getpid()}"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(password)
        draft.rename(self.home / "password")

    def _write_settings(self) -> None:
        (self.home / "pg_hba.conf").write_text(host_based_access(), "utf-8")
        (self.home / "pg_ident.conf").write_text("", "utf-8")
        text = server_settings(self.home, self.socket_folder, PORT, self.settings)
        (self.home / "postgresql.conf").write_text(text, "utf-8")
        for name in ("pg_hba.conf", "pg_ident.conf", "postgresql.conf"):
            (self.home / name).chmod(0o644)

    def _arguments(self) -> list[str]:
        return ["-D", str(self.data), "-c", f"config_file={self.home / 'postgresql.conf'}"]

    def _log(self) -> IO[bytes]:
        path = self.home / "server.log"
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.replace(self.home / "server.log.1")
        log = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
        log.seek(0, os.SEEK_END)
        return log

    def _call(self, command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
        process = self._spawn(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_lock=True
        )
        out, err = process.communicate(text.encode())
        return subprocess.CompletedProcess(
            command, process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        )

    def _spawn(
        self,
        command: Sequence[str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
        pass_lock: bool = False,
    ) -> subprocess.Popen[bytes]:
        """As the server's user, in a session of its own, so that no Ctrl-C at a console reaches it."""
        who = self.identity
        return subprocess.Popen(
            [str(self.programs / command[0]), *command[1:]],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            pass_fds=[self.lock] if pass_lock and self.lock >= 0 else [],
            start_new_session=True,
            umask=0o077,
            user=None if who is None else who.uid,
            group=None if who is None else who.gid,
            extra_groups=None if who is None else [],
        )

    def _end_remains(self) -> None:
        """After a SIGKILL of the server its busy children hold the shared memory: they are ended.

        The killed server itself may stay in the process table until its new parent reaps it; PostgreSQL takes
        that for a running one, so its lock files are removed, but only when none of its children is left.
        """
        uid = os.geteuid() if self.identity is None else self.identity.uid
        found = False
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == uid and os.readlink(entry / "cwd") == str(self.data):
                    os.kill(int(entry.name), signal.SIGQUIT)
                    found = True
        for lock_file in (self.data / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                if not found and not _is_running(int(lock_file.read_text().split()[0])):
                    lock_file.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except PermissionError:
        return True
    except OSError:
        return False
