"""The results as JSON, and as a table in the README beside what a reader must know about them."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Figure, amount
from benchmarks.peers.clock import Line
from benchmarks.peers.environment import PEERS, Peer

RESULTS: Final = Path(__file__).with_name("results.json")
README: Final = Path(__file__).with_name("README.md")
MARK: Final = "<!-- figures -->"
WORKS: Final = {
    "list": "list page, 80 × 10, two names",
    "list_model": "the same from the model alone, without transport or page",
    "deep": "page 100 of it",
    "amount": "by amount, as the peer declares its table",
    "amount_indexed": "by amount, with an index made for it",
    "search": "search by two Chinese characters, with count",
    "stage_owner": "stage + owner, with count",
    "one": "one record (Tryton: data of the form; Django: the form's page)",
    "create_1": "create 1",
    "create_form": "create 1 by sending the form",
    "create_1000": "create 1,000 in one call",
    "update_1000": "update 1,000 to one value",
    "update_each": "update 1,000, each read and with a value of its own",
    "start": "new process to its first page",
    "resident": "idle worker, resident",
    "private": "idle worker, private",
    "database": "database with the CRM module from nothing",
    "addon": "one more small module",
}
_MEMORY: Final = ("resident", "private")


def write(peer: Peer, rows: int, server: str, lines: list[Line]) -> None:
    """Put a peer's figures in the place of its older ones."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    results[peer.name] = {
        "rows": rows,
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": {
            "python": platform.python_version(),
            "postgresql": server,
            "processors": os.cpu_count(),
            "load": round(os.getloadavg()[1], 1),
        },
        "versions": peer.versions(),
        "lines": [_rounded(line.as_json()) for line in lines],
    }
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    head = README.read_text("utf-8").partition(MARK)[0]
    README.write_text(f"{head}{MARK}\n\n{_figures(results)}", "utf-8")


def _rounded(line: dict[str, Any]) -> Any:
    """More digits than three would only make the file's changes hard to read."""
    return json.loads(json.dumps(line), parse_float=lambda digits: round(float(digits), 3))


def _figures(results: dict[str, Any]) -> str:
    shown = [peer for peer in PEERS if peer.name in results]
    parts = [_made_of(peer, results[peer.name]) for peer in shown]
    table = _table(shown, results)
    notes = [_note(peer, results[peer.name]) for peer in shown]
    return "\n".join([*parts, "", table, "", *filter(None, notes)]).rstrip() + "\n"


def _made_of(peer: Peer, result: dict[str, Any]) -> str:
    machine = result["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return (
        f"- {peer.title}: {result['rows']:,} leads, {packages}; Python {machine['python']}, PostgreSQL"
        f" {machine['postgresql']}, {machine['processors']} processors with a load of {machine['load']} at the end,"
        f" {result['measured_on']}"
    )


def _note(peer: Peer, result: dict[str, Any]) -> str:
    notes = [f"{WORKS[line['key']]}: {line['note']}" for line in result["lines"] if line["note"]]
    return f"{peer.title}: {'; '.join(notes)}." if notes else ""


def _table(shown: list[Peer], results: dict[str, Any]) -> str:
    lines = {
        (peer.name, given["key"]): Line.from_json(given)
        for peer in shown
        for given in results[peer.name]["lines"]
    }
    head = ["work"]
    for peer in shown:
        head += [peer.title, "of it CPU", "psycopg2", "ratio"]
    rows = [head, ["---"] * len(head)]
    for key, title in WORKS.items():
        cells = [title]
        for peer in shown:
            cells += _cells(key, lines.get((peer.name, key)))
        rows.append(cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(key: str, line: Line | None) -> list[str]:
    if line is None:
        return ["–"] * 4
    ratio = (
        f"{amount(line.ratio)} ({amount(line.ratio_of_least)})" if line.ratio and line.ratio_of_least else "–"
    )
    plain = _shown(key, line.plain) if line.plain else "–"
    cpu = f"{amount(line.cpu.median)} ms" if line.cpu else "–"
    return [_shown(key, line.peer), cpu, plain, ratio]


def _shown(key: str, figure: Figure) -> str:
    scale, unit = (1.0, "MB") if key in _MEMORY else (1.0, "ms") if figure.median < 1000 else (0.001, "s")
    median, least, most = (amount(value * scale) for value in (figure.median, figure.least, figure.most))
    return f"{median} {unit} ({least}–{most})"
