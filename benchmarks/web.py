"""Pages through HTTP: one web process of the product and the floor behind the same server, asked in turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benchmarks.client import Client, form_values, rush
from benchmarks.data import Bench
from benchmarks.measure import FLOOR, OURS, Figure, Line, Side, side_by_side
from benchmarks.pages import FLOOR_LIST, LEAD, LIST, Case, cases
from benchmarks.serving import Served, serve_floor, serve_product
from benchmarks.subjects import Subjects

TAIL_RUNS: Final = 300
TAILED: Final = frozenset({LIST, "form", "filter", "search two Chinese characters"})
CLIENTS: Final = (1, 8)
PROCESSES: Final = (1, 2, 4)
WARM_UP: Final = 3
RUSH_SECONDS: Final = 4.0
RUSH_MOST: Final = 1500


def web_lines(bench: Bench, subjects: Subjects, wanted: Callable[[str], bool]) -> list[Line]:
    """Every page, then the save of a form, then as many requests as are answered."""
    with serve_product(bench.settings) as product, serve_floor(bench, subjects.company) as floor:
        chief, salesperson = product.client(subjects.chief.token), product.client(subjects.salesperson.token)
        other = floor.client()
        for one, path in ((chief, "/"), (salesperson, "/"), (other, FLOOR_LIST)):
            one.get(path)
        lines = []
        for case in cases(subjects):
            if wanted(case.key):
                client = salesperson if case.by_salesperson else chief
                lines.append(_page(case, client, product, other, floor))
        if wanted("save"):
            lines.append(_save(subjects, chief, product))
        for clients in CLIENTS:
            if wanted(f"rush {clients}"):
                line = Line(f"rush {clients}", f"list, {_number(clients, 'client')} without a pause", {})
                path = next(cases(subjects)).path
                _rush(line, OURS, product, subjects.chief.token, path, clients)
                _rush(line, FLOOR, floor, "", FLOOR_LIST, clients)
                lines.append(line)
        return lines


def _page(case: Case, client: Client, product: Served, other: Client, floor: Served) -> Line:
    """A page beside the floor's page with the same order, or beside its plain list."""
    address = case.floor or FLOOR_LIST
    sides = {
        OURS: Side(lambda: client.get(case.path), cpu=product.clock()),
        FLOOR: Side(lambda: other.get(address), cpu=floor.clock()),
    }
    if case.key not in TAILED:
        return side_by_side(case.key, case.name, sides, seconds=8)
    return side_by_side(case.key, case.name, sides, runs=TAIL_RUNS, seconds=20)


def _save(subjects: Subjects, client: Client, product: Served) -> Line:
    """The form is fetched, one text is changed, and the form is sent; only the sending is timed."""
    path = f"{LEAD}/{subjects.saved}/edit"
    pairs: list[tuple[str, str]] = []
    number = iter(range(10**6))

    def fetch() -> None:
        pairs[:] = [
            (name, f"{value.partition(' #')[0]} #{next(number)}" if name == "remarks" else value)
            for name, value in form_values(client.get(path).body)
        ]

    def send() -> None:
        answer = client.post(path, pairs)
        if answer.status != 303 or not answer.headers["location"].endswith(f"/{subjects.saved}"):
            raise RuntimeError(f"the form was not saved: {answer.status}")

    side = Side(send, before=fetch, cpu=product.clock())
    return side_by_side("save", "save of that form, committed", {OURS: side}, runs=25)


def process_lines(bench: Bench, subjects: Subjects, wanted: Callable[[str], bool]) -> list[Line]:
    """Requests in a second with more web processes, one size of crowd beside the other."""
    lines = []
    path = next(cases(subjects)).path
    for processes in PROCESSES:
        with serve_product(bench.settings, processes=processes) as product:
            client = product.client(subjects.chief.token)
            for _n in range(WARM_UP * processes):
                client.get(path)
            client.close()
            for clients in CLIENTS:
                key = f"processes {processes} clients {clients}"
                if wanted(key):
                    line = Line(key, f"{_number(processes, 'process')}, {_number(clients, 'client')}", {})
                    _rush(line, OURS, product, subjects.chief.token, path, clients)
                    lines.append(line)
    return lines


def _rush(line: Line, name: str, served: Served, token: str, path: str, clients: int) -> None:
    """Requests in a second; the figures are milliseconds of one request."""
    clock = served.clock()
    used = clock()
    found = rush(served.port, token, path, clients, seconds=RUSH_SECONDS, most=RUSH_MOST)
    used = clock() - used
    line.sides[name] = Figure.of(found.milliseconds)
    line.cpu[name] = Figure.of([used * 1000 / len(found.milliseconds)])
    line.facts |= {f"{name} rate": found.rate, f"{name} failed": float(found.failed)}


def _number(count: int, word: str) -> str:
    if count == 1:
        return f"1 {word}"
    return f"{count} {word}{'es' if word.endswith('s') else 's'}"
