"""How long it takes to set up a deployment, and to bring one more addon into a running one while people work."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.client import Client
from benchmarks.commands import SCRATCH, Deployment, command_cpu, empty_deployment, keyuan
from benchmarks.data import Bench, create_database, drop_database, state_dir
from benchmarks.measure import OURS, Figure, Line, Side, side_by_side
from benchmarks.serving import Served, serve_product
from benchmarks.toys import some_toys

RUNS: Final = 3
PAGE: Final = "/r/base.user"
_FOLLOW_SECONDS: Final = 60
_PAUSE: Final = 0.02


def setup_lines(bench: Bench, wanted: Callable[[str], bool]) -> list[Line]:
    """Making deployments, then installing into running ones."""
    lines = []
    if wanted("init"):
        lines += _init(bench)
    if wanted("install small"):
        with some_toys(state_dir(bench.config), 1) as (folder, names):
            lines.append(
                _install(bench, "small", "an addon as the scaffold makes it", "crm_base", names[0], folder)
            )
    if wanted("install large"):
        lines.append(_install(bench, "large", "crm_leads", "crm_base", "crm_leads"))
    return lines


def _init(bench: Bench) -> list[Line]:
    """The three ways take turns."""
    addons = len(bench.composed.addons) - 1
    sides: dict[str, _Scratch | _Nothing] = {
        "init": _Scratch(bench, lambda deployment: deployment.run("init")),
        "init kernel": _Scratch(bench, lambda deployment: deployment.run("init", "--addons", "base")),
        "init nothing": _Nothing(bench),
    }
    found = side_by_side(
        "", "", {key: side.side for key, side in sides.items()}, runs=RUNS, warm=0, seconds=300
    )
    for side in sides.values():
        side.clear()
    names = {
        "init": f"keyuan init, kernel and {addons} addons, on a running server",
        "init kernel": "keyuan init, kernel alone",
        "init nothing": "keyuan init, all addons, from nothing: with a database cluster of its own",
    }
    each = (found.sides["init"].median - found.sides["init kernel"].median) / max(1, addons)
    lines = [Line(key, name, {OURS: found.sides[key]}, {OURS: found.cpu[key]}) for key, name in names.items()]
    lines[0].facts["an addon"] = each
    return lines


class _Scratch:
    """Work on a database that is made anew before each time."""

    def __init__(self, bench: Bench, work: Callable[[Deployment], None]) -> None:
        self.bench, self._work = bench, work
        self.side = Side(self._run, before=self._prepare, cpu=command_cpu)

    def _prepare(self) -> None:
        create_database(self.bench.database.owner_url, SCRATCH)

    def _run(self) -> None:
        self._work(Deployment(self.bench.config, self.bench.database.owner_url))

    def clear(self) -> None:
        """Leave nothing behind."""
        drop_database(self.bench.database.owner_url, SCRATCH)


class _Nothing:
    """`keyuan init` in a state folder that does not exist before."""

    def __init__(self, bench: Bench) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="new-", dir=state_dir(bench.config)))
        self.side = Side(self._run, before=self.clear, cpu=command_cpu)

    def _run(self) -> None:
        keyuan({"KEYUAN_STATE_DIR": str(self.folder)}, "init")

    def clear(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _install(bench: Bench, size: str, name: str, first: str, addon: str, *folders: Path) -> Line:
    """The command on the clock; beside it a client that asks for pages all the time."""
    taken: list[float] = []
    used: list[float] = []
    facts: dict[str, float] = {"followed": 0.0, "failed": 0.0, "pages": 0.0, "slowest": 0.0}
    for _n in range(RUNS):
        with empty_deployment(bench.config, bench.database.owner_url, folders) as deployment:
            deployment.run("init", "--addons", first)
            token = deployment.token()
            with serve_product(deployment.settings) as served, asking(served, token) as asked:
                before = served.workers
                busy, started = command_cpu(), time.perf_counter()
                deployment.run("addon", "install", addon, "--yes")
                taken.append((time.perf_counter() - started) * 1000)
                used.append((command_cpu() - busy) * 1000)
                installed = time.perf_counter()
                _wait_for_others(served, before)
                facts["followed"] = max(facts["followed"], time.perf_counter() - installed)
                time.sleep(1)
            facts["failed"] += len(asked.failed)
            facts["pages"] += len(asked.taken)
            facts["slowest"] = max(facts["slowest"], *asked.taken)
    return Line(
        f"install {size}",
        f"keyuan addon install, {name}, while pages are asked for",
        {OURS: Figure.of(taken)},
        {OURS: Figure.of(used)},
        facts,
    )


def _wait_for_others(served: Served, before: list[int]) -> None:
    """Until every process that answered before is gone and another one is there."""
    deadline = time.perf_counter() + _FOLLOW_SECONDS
    while time.perf_counter() < deadline:
        now = served.workers
        if now and not set(now) & set(before):
            return
        time.sleep(_PAUSE)
    raise RuntimeError("the processes did not follow")


class Asking:
    """What a client saw that asked for one page after another."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.failed: list[str] = []


@contextmanager
def asking(served: Served, token: str) -> Iterator[Asking]:
    """Ask for a page fifty times a second at most, on new connections, until the block ends."""
    seen, ended = Asking(), threading.Event()

    def ask() -> None:
        while not ended.wait(_PAUSE):
            client = Client(served.port, token)
            started = time.perf_counter()
            try:
                client.get(PAGE)
            except (OSError, EOFError, RuntimeError) as error:
                seen.failed.append(str(error))
            else:
                seen.taken.append((time.perf_counter() - started) * 1000)
            client.close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
