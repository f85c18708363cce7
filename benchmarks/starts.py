"""From the start of a process to its first page, what an idle process holds in memory, how long the collector holds
it up."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from benchmarks.client import Client
from benchmarks.commands import empty_deployment
from benchmarks.data import Bench, state_dir
from benchmarks.measure import OURS, Figure, Line
from benchmarks.pages import cases
from benchmarks.processes import memory, spent_seconds
from benchmarks.serving import serve_product
from benchmarks.setups import PAGE, RUNS
from benchmarks.subjects import Subjects
from benchmarks.toys import some_toys

FEW: Final = ("crm_base", "crm_leads")
MANY: Final = 30
PAGES: Final = 500
PROBE: Final = Path(__file__).with_name("probe")
_SETTLE_SECONDS: Final = 1.0


def start_lines(bench: Bench, subjects: Subjects, wanted: Callable[[str], bool]) -> list[Line]:
    """Starts, memory, pauses."""
    lines = []
    if wanted("start"):
        path = next(cases(subjects)).path
        name = f"keyuan serve to the first list of leads, {len(bench.composed.addons) - 1} addons"
        lines.append(_start("start", name, bench.settings, subjects.chief.token, path))
    if wanted("start few") or wanted("memory few"):
        lines += _few(bench)
    if wanted("start many"):
        lines.append(_start_many(bench))
    if wanted("memory"):
        lines += [_memory(bench, subjects, 1), _memory(bench, subjects, 2)]
    if wanted("pauses"):
        lines.append(_pauses(bench, subjects))
    return lines


def _start(key: str, name: str, settings: dict[str, str], token: str, path: str) -> Line:
    """From the command to a signed-in page, with what the parent process does before."""
    taken, used = [], []
    for _n in range(RUNS):
        started = time.perf_counter()
        with serve_product(settings) as served:
            Client(served.port, token).get(path)
            taken.append((time.perf_counter() - started) * 1000)
            used.append(spent_seconds(served.pid) * 1000)
    return Line(key, name, {OURS: Figure.of(taken)}, {OURS: Figure.of(used)})


def _start_many(bench: Bench) -> Line:
    """The same with many addons: those of the repository and scaffolded ones, each with a model, view and rights."""
    own = len(bench.composed.addons) - 1
    with (
        some_toys(state_dir(bench.config), MANY - own) as (folder, _names),
        empty_deployment(bench.config, bench.database.owner_url, (folder,)) as deployment,
    ):
        deployment.run("init")
        token = deployment.token()
        name = f"keyuan serve to the first list of users, {MANY} addons"
        return _start("start many", name, deployment.settings, token, PAGE)


def _few(bench: Bench) -> list[Line]:
    """A deployment that has the addons of leads alone: its start, and an idle process of it. Its administrator sees
    no leads.
    """
    with empty_deployment(bench.config, bench.database.owner_url) as deployment:
        deployment.run("init", "--addons", ",".join(FEW))
        names = " and ".join(FEW)
        start = _start(
            "start few", f"keyuan serve to the first list of users, {names}", deployment.settings,
            deployment.token(), PAGE,
        )  # fmt: skip
        with serve_product(deployment.settings) as served:
            time.sleep(_SETTLE_SECONDS)
            idle = memory(served.workers[0])
    facts = {"resident": idle.resident, "private": idle.private}
    return [start, Line("memory few", f"idle web process, {names}", {}, facts=facts)]


def _memory(bench: Bench, subjects: Subjects, processes: int) -> Line:
    """Of one web process: when it is ready, and after it has answered every page once. Megabytes, not milliseconds."""
    with serve_product(bench.settings, processes=processes) as served:
        time.sleep(_SETTLE_SECONDS)
        idle = [memory(pid) for pid in served.workers]
        client = Client(served.port, subjects.chief.token)
        for case in cases(subjects):
            client.get(case.path)
        time.sleep(_SETTLE_SECONDS)
        used = [memory(pid) for pid in served.workers]
        parent = memory(served.pid)
    facts = {
        "resident": max(one.resident for one in idle), "private": max(one.private for one in idle),
        "resident used": max(one.resident for one in used), "private used": max(one.private for one in used),
        "parent": parent.resident,
    }  # fmt: skip
    name = f"idle web process, {processes} of them" if processes > 1 else "idle web process"
    return Line(f"memory {processes}", name, {}, facts=facts)


def _pauses(bench: Bench, subjects: Subjects) -> Line:
    """Pages of all kinds, one after another; how long each collection during them took."""
    folder = Path(tempfile.mkdtemp(prefix="pauses-", dir=state_dir(bench.config)))
    settings = bench.settings | {"PYTHONPATH": str(PROBE), "BENCH_PAUSES": str(folder)}
    try:
        with serve_product(settings) as served:
            client = Client(served.port, subjects.chief.token)
            paths = [case.path for case in cases(subjects)]
            for path in paths:
                client.get(path)
            began = time.monotonic()
            for path in islice(cycle(paths), PAGES):
                client.get(path)
            ended = time.monotonic()
            pids = served.workers
        lines = [line.split() for pid in pids for line in _read(folder / str(pid))]
    finally:
        shutil.rmtree(folder)
    during = [(float(took), where) for at, took, where in lines if began <= float(at) <= ended]
    requests = [took for took, where in during if where == "request"] or [0.0]
    between = [took for took, where in during if where == "between"]
    return Line(
        "pauses", f"pauses of the collector within requests, {PAGES} pages", {OURS: Figure.of(requests)},
        facts={"pauses": float(len(during) - len(between)), "between": max(between, default=0.0)},
    )  # fmt: skip


def _read(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
