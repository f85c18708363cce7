"""Measure the peers: `make bench-peers`, `ROWS=1000000 make bench-peers`, `ARGS=django` for one of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.data import create_database, drop_database
from benchmarks.measure import Figure
from benchmarks.peers.clock import Line, load
from benchmarks.peers.database import Server, bench_server
from benchmarks.peers.environment import PEERS, ROOT, Peer
from benchmarks.peers.report import write
from core.config import process_environment

INSTALLATIONS: Final = 3
STARTS: Final = 7
LEAST_ROWS: Final = 10_000


def main(wanted: list[str]) -> int:
    """Measure all peers, or the named ones, and write results and table."""
    known = {peer.name: peer for peer in PEERS}
    if unknown := set(wanted) - set(known):
        sys.exit(f"error: there is no peer {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    rows = int(process_environment().get("ROWS", "200000"))
    if rows < LEAST_ROWS:
        sys.exit(f"error: ROWS: there is no page 100 with fewer than {LEAST_ROWS:,} leads")
    for name in wanted or known:
        known[name].install()
    with bench_server() as server:
        for name in wanted or known:
            peer = known[name]
            database = server.filled(peer, rows)
            print(f"Measuring {peer.title} …", flush=True)
            lines = [
                *_inside(server, peer, database),
                *_started(server, peer, database),
                *_installed(server, peer),
            ]
            write(peer, rows, server.version(), lines)
    return 0


def _inside(server: Server, peer: Peer, database: str) -> list[Line]:
    """Everything that is measured in one warm process of the peer."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "lines.json"
        server.run(peer.command("measure", str(answer)), database)
        return load(answer)


def _started(server: Server, peer: Peer, database: str) -> list[Line]:
    """New processes up to their first page, and the memory that they then hold."""
    found: dict[str, list[dict[str, float]]] = {"start": [], "start-plain": []}
    for _turn in range(STARTS):
        for command, measured in found.items():
            measured.append(_start(server, peer.command(command), database))
    return [
        Line(key, *_figures(found, part))
        for key, part in (("start", "took"), ("resident", "resident"), ("private", "private"))
    ]


def _figures(found: dict[str, list[dict[str, float]]], part: str) -> tuple[Figure, Figure]:
    peer, plain = ([one[part] for one in measured] for measured in found.values())
    return Figure.of(peer), Figure.of(plain)


def _start(server: Server, command: list[str], database: str) -> dict[str, float]:
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=server.variables(database),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    told = process.stdout.readline()
    took = (time.perf_counter() - started) * 1000
    process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return {"took": took, **json.loads(told)}


def _installed(server: Server, peer: Peer) -> list[Line]:
    """A database with the CRM module from nothing, and one more small module in it."""
    whole: list[float] = []
    small: list[float] = []
    database = f"bench_{peer.name}_scratch"
    for _turn in range(INSTALLATIONS):
        started = time.perf_counter()
        create_database(server.owner_url, database)
        server.run(peer.program(peer.schema, database), database)
        whole.append((time.perf_counter() - started) * 1000)
        small.append(server.run(peer.program(peer.addon, database), database, **peer.addon_variables) * 1000)
        print(f"  database {whole[-1] / 1000:.1f} s, small module {small[-1] / 1000:.1f} s", flush=True)
    drop_database(server.owner_url, database)
    return [Line("database", Figure.of(whole)), Line("addon", Figure.of(small))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
