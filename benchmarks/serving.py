"""The product as people run it, `keyuan serve`, and the floor behind the same web server, each on a free port."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from benchmarks.client import HOST, Client
from benchmarks.data import Bench, state_dir
from benchmarks.floor import URL_VARIABLE
from benchmarks.processes import cpu_seconds, leaves
from core.config import process_environment
from core.server.listening import listen

_ADDRESS: Final = re.compile(r"http://[^:]+:(\d+)")
_START_SECONDS: Final = 120


@dataclass(frozen=True)
class Served:
    """A running server. `pid` is the process that was started; the product's answers come from those below it."""

    port: int
    pid: int
    has_children: bool = True

    @property
    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return leaves(self.pid) if self.has_children else [self.pid]

    def client(self, token: str = "") -> Client:
        """A browser that talks to this server."""
        return Client(self.port, token)

    def clock(self) -> CpuClock:
        """The CPU time of the processes that answer now."""
        return CpuClock(self.workers)


class CpuClock:
    """Seconds of CPU that these processes have used."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids

    def __call__(self) -> float:
        return cpu_seconds(self.pids)


@contextmanager
def serve_product(settings: dict[str, str], *, processes: int = 1) -> Iterator[Served]:
    """`keyuan serve` with so many web processes and no worker for jobs; `settings` name database and state folder."""
    command = [sys.executable, "-m", "core.cli", "serve", "--port=0", f"--web-processes={processes}",
               "--worker-processes=0"]  # fmt: skip
    with _log(Path(settings["KEYUAN_STATE_DIR"]), "product") as log:
        process = subprocess.Popen(
            command, env=process_environment(**settings), stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        yield Served(_port_of(process), process.pid)
    finally:
        _end(process)


@contextmanager
def serve_floor(bench: Bench, company: int) -> Iterator[Served]:
    """The floor behind the product's web server, in one process."""
    listening = listen(HOST, 0)
    command = [
        sys.executable,
        "-m",
        "benchmarks.floor",
        f"--fd={listening.fileno()}",
        f"--company={company}",
    ]
    environment = process_environment(**{URL_VARIABLE: bench.database.owner_url})
    with _log(state_dir(bench.config), "floor") as log:
        process = subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()], stderr=log)
    try:
        yield Served(listening.getsockname()[1], process.pid, has_children=False)
    finally:
        _end(process)
        listening.close()


def _log(folder: Path, name: str) -> IO[bytes]:
    """What the processes write, of the last run."""
    return (folder / f"{name}.log").open("wb")


def _port_of(process: subprocess.Popen[str]) -> int:
    """The port that the product announces once its processes answer."""
    assert process.stdout is not None
    deadline = time.monotonic() + _START_SECONDS
    for line in process.stdout:
        found = _ADDRESS.search(line)
        if found and line.startswith("Keyuan serves"):
            return int(found.group(1))
        if time.monotonic() > deadline:
            break
    raise RuntimeError("the product did not start")


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(45)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
