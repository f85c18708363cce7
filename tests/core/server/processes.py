"""Real processes for the tests of this room, and a look at what is still running."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from core.testing.folders import place

ROOT = Path(__file__).resolve().parents[3]
USER_SCRIPT = Path(__file__).with_name("user_of_server.py")
NOBODY = 65534


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.03)
    raise AssertionError(f"not within {seconds} seconds: {what}")


def processes_about(folder: Path) -> dict[int, str]:
    """Living processes that name the folder in their command or work in it: servers, keepers, programs."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            inside = os.readlink(entry / "cwd").startswith(str(folder))
        except OSError:
            continue
        named = json.dumps(str(folder))[1:-1] in command or str(folder) in command
        if state != "Z" and int(entry.name) != os.getpid() and (inside or named):
            found[int(entry.name)] = command
    return found


def keeper_of(folder: Path) -> int:
    return next(pid for pid, command in processes_about(folder).items() if "core.server.keeper" in command)


def server_of(folder: Path) -> int:
    return int((folder / "postgres/data/postmaster.pid").read_text().split()[0])


def has_ended(folder: Path) -> None:
    wait_until(lambda: not processes_about(folder), f"end of {processes_about(folder)}")


def kill(*pids: int) -> None:
    """SIGKILL, and wait until the kernel has done it."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        wait_until(lambda pid=pid: not is_running(pid), f"end of {pid}")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def query(url: str, statement: str) -> Any:
    connection = psycopg2.connect(url.replace("postgresql+psycopg2", "postgresql"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


class User:
    """A process that uses the embedded server until it is told to leave, or is killed."""

    def __init__(self, state_dir: Path, *, ordinary: bool = False, **settings: str) -> None:
        python, identity = ordinary_python() if ordinary else ([sys.executable], {})
        self.process = subprocess.Popen(
            [*python, str(USER_SCRIPT), str(state_dir), json.dumps({"fsync": "off", **settings})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *site_packages()])},
            **identity,
        )

    def answer(self) -> dict[str, Any]:
        """What the process tells when the server is up."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process ended without an answer"
        told: dict[str, Any] = json.loads(line)
        return told

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def site_packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


def ordinary_python() -> tuple[list[str], dict[str, Any]]:
    """Command and `Popen` arguments of a Python that runs as an ordinary user.

    The interpreter of the tests may lie where only root can go; then the system's does, or the capability to
    read and enter everything is left to a user who is not root.
    """
    if os.geteuid() != 0:
        return [sys.executable], {}
    ordinary = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        command = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            if subprocess.run(command, check=False, cwd="/", **ordinary).returncode == 0:  # type: ignore[call-overload]
                return [python], ordinary
        except OSError:
            continue
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reading = "+dac_read_search,+dac_override"
    return [*drop, f"--inh-caps={reading}", f"--ambient-caps={reading}", sys.executable], {}


@contextmanager
def state_folder(name: str = "state") -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own; without processes at the end."""
    base = Path(tempfile.mkdtemp(prefix="keyuan-test-", dir=place()))
    base.chmod(0o755)
    try:
        yield base / name
        has_ended(base)
    finally:
        for pid in processes_about(base):
            os.kill(pid, 9)
        shutil.rmtree(base, ignore_errors=True)
