"""What runs in a peer's environment, one command a process: `python -m benchmarks.peers.script PEER COMMAND`.

setup          after the peer made its tables: companies and the user who is measured
measure FILE   all measurements of one process, written as JSON
start          the first page of a new process, then a line about its memory; it ends with its input
start-plain    the same with psycopg2 alone
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.clock import memory, save

ROWS = 80


def main(peer: str, command: str, *arguments: str) -> None:
    """Each command imports only what it needs: starting is measured."""

    room = f"benchmarks.peers.{peer}"

    def part(name: str) -> Any:
        return import_module(f"{room}.{name}")

    if command != "start-plain":
        import_module(room).prepare()

    if command == "setup":
        part("setup").set_up()
    elif command == "measure":
        save(Path(arguments[0]), part("cases").measure())
    elif command == "start":
        _idle(part("client").first_page())
    elif command == "start-plain":
        queries = part("queries")
        _idle(len(queries.connect().rows(queries.page())))
    else:
        sys.exit(__doc__)


def _idle(rows: int) -> None:
    """Tell that the page is there, and stay as an idle worker does until the input ends."""
    if rows != ROWS:
        sys.exit(f"error: {rows} rows instead of {ROWS}")
    print(json.dumps(memory()), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
