"""How long a start takes and what an idle process holds: python -m benchmarks.starting [--addons 30]

Everything happens in a state folder that is deleted afterwards. Seconds of processor time are those of our own processes,
the database's are not in them; on a busy machine they say more than the clock does.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.report import table
from benchmarks.toys import make_toys
from core.config import installation_root, process_environment

BASE: Final = ("crm_base", "crm_leads")
_TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class Bench:
    """One deployment in a folder of its own, and the lines of the table."""

    folder: Path
    addons: Path
    rows: list[list[str]] = field(default_factory=list)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "core.cli", *arguments]

    @property
    def options(self) -> dict[str, Any]:
        own = {name: "" for name in process_environment() if name.startswith("KEYUAN_")}
        paths = os.pathsep.join((str(installation_root() / "addons"), str(self.addons)))
        changes = {**own, "KEYUAN_STATE_DIR": str(self.folder), "KEYUAN_ADDONS_PATH": paths}
        environment = {name: value for name, value in process_environment(**changes).items() if value}
        return {"cwd": installation_root(), "env": environment, "text": True}

    def run(self, name: str, *arguments: str) -> None:
        """A command from its start to its end."""
        before, began = os.times(), time.perf_counter()
        subprocess.run(self.command(*arguments), check=True, stdout=subprocess.DEVNULL, **self.options)
        took, after = time.perf_counter() - began, os.times()
        processor = sum(after[2:4]) - sum(before[2:4])
        self.note(name, took, processor)

    def note(self, name: str, took: float, processor: float, more: str = "") -> None:
        self.rows.append([name, f"{took:.2f}", f"{processor:.2f}", more])
        print(" | ".join(self.rows[-1]), flush=True)

    @contextmanager
    def serving(self, name: str) -> Iterator[tuple[int, int]]:
        """`keyuan serve` until its first page, and its memory; gives process and port."""
        began = time.perf_counter()
        process = subprocess.Popen(self.command("serve", "--port", "0"), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, **self.options)  # fmt: skip
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if "serves at" in line)
            port = int(line.split("  (")[0].rpartition(":")[2])
            assert page(port) == 200
            took = time.perf_counter() - began
            time.sleep(1)
            ours = [pid for pid in family(process.pid) if "postgres" not in name_of(pid)]
            memory = "; ".join(f"{name_of(pid)} {memory_of(pid)}" for pid in ours)
            self.note(name, took, sum(map(processor_of, ours)), memory)
            yield process.pid, port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()

    def install(self, addon: str, pid: int, port: int) -> None:
        """One more addon, until every process belongs to the new generation; somebody asks for pages meanwhile."""
        workers = {one for one in family(pid) if name_of(one).startswith("keyuan ")}
        stop, answers = threading.Event(), list[int]()
        client = threading.Thread(target=lambda: _ask(port, stop, answers))
        client.start()
        try:
            self.run(f"install {addon} into the running system", "addon", "install", addon)
            began = time.perf_counter()
            while workers & set(family(pid)):
                time.sleep(0.1)
        finally:
            stop.set()
            client.join()
        failed = sum(answer != 200 for answer in answers)
        self.note(f"all processes follow {addon}", time.perf_counter() - began, 0,
                  f"{len(answers)} pages meanwhile, {failed} failed")  # fmt: skip


def _ask(port: int, stop: threading.Event, answers: list[int]) -> None:
    while not stop.wait(0.02):
        answers.append(page(port))


def page(port: int) -> int:
    """The status of the page for signing in; 0 where there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/login")
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


def family(pid: int) -> list[int]:
    """The process and all below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def processor_of(pid: int) -> float:
    """Seconds of processor time, with those of processes it has waited for."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, parts[11:15])) / _TICK


def memory_of(pid: int) -> str:
    """What the process holds, and what no other process shares with it, in megabytes."""
    sizes = {
        line.split()[0]: int(line.split()[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    }
    own = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
    return f"{sizes['Rss:'] // 1024} MB ({own // 1024} own)"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starting", description=__doc__)
    parser.add_argument("--addons", type=int, default=30, help="small addons beside ours (%(default)s)")
    number = parser.parse_args().addons
    with tempfile.TemporaryDirectory(prefix="keyuan-start-") as name:
        place = Path(name)
        place.chmod(0o755)  # the server's user has to pass
        toys = make_toys(place / "addons", number + 1)
        for what, names in (("ours", BASE), (f"ours and {number} small ones", (*BASE, *toys[:number]))):
            bench = Bench(place / f"state{len(names)}", place / "addons")
            bench.run(f"init, {what}", "init", "--addons", ",".join(names))
            with bench.serving(f"first start, {what}"):
                pass
            with bench.serving(f"start, {what}") as (pid, port):
                bench.install(toys[number], pid, port)
            print("\n" + table(["work", "seconds", "processor", "memory"], bench.rows) + "\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
