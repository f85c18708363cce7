"""What an export of some records gives, in cells for people and in lines for programs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.exchange.asked import Asked
from core.exchange.columns import exportable
from core.exchange.export_lines import write_lines
from core.exchange.export_rows import Row, Rows, RowTable
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.testing.conformance import MOST, Population, reachable


class ReadRows(Rows):
    """The rows of an export, which are kept as they were read."""

    def __init__(self, env: Env, info: ModelInfo, ids: Iterable[int]) -> None:
        super().__init__(_asked(env, info, ids), lambda: env)
        self.read: list[Row] = []

    def __iter__(self) -> Iterator[list[Row]]:
        for page in super().__iter__():
            self.read += page
            yield page

    def cells(self) -> list[list[Any]]:
        """All cells that the caller may export; the last one of a row is the record's number."""
        return [row for batch in RowTable(self, guarded=False).batches() for row in batch]


def exported_cells(env: Env, info: ModelInfo, ids: Iterable[int]) -> list[list[Any]]:
    """The cells of these records, see `ReadRows.cells`."""
    return ReadRows(env, info, ids).cells()


def exported_lines(env: Env, info: ModelInfo, ids: Iterable[int]) -> list[dict[str, Any]]:
    """The same as JSON Lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines"
        write_lines(Rows(_asked(env, info, ids), lambda: env), path, lambda _count: None)
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def leaking_exports(env: Env, population: Population) -> Iterator[str]:
    """Exported rows that `get` does not give, and names in them that a list does not show."""
    info = population.info
    if not env.can("read", info.key) or not env.can("export", info.key):
        return
    reached = reachable(env, info, population.live)
    rows = ReadRows(env, info, population.all)
    for form, keys in (
        ("cells", [row[-1] for row in rows.cells()]),
        ("lines", [line["id"] for line in exported_lines(env, info, population.all)]),
    ):
        if strange := sorted(set(keys) - reached):
            yield f"{info.key}: the export in {form} gives {strange}"
        if len(keys) != len(set(keys)):
            yield f"{info.key}: the export in {form} gives a row twice"
    yield from _strange_names(env, population, rows)


def _strange_names(env: Env, population: Population, rows: ReadRows) -> Iterator[str]:
    """Names of what exported rows point to that are blank for the caller in a list of the same rows."""
    info = population.info
    places = {one.name: one.at for one in rows.columns if one.at is not None and one.field.kind in TO_ONE}
    listed = env.page(info.key, list(places), info.cls.id.in_(population.all), limit=MOST)
    shown = {row[0]: {one.name: row[one.offset + 1] for one in listed.columns} for row in listed.rows}
    for row in rows.read:
        for name, at in places.items():
            if row[at + 1] is not None and shown.get(row[0], {}).get(name) is None:
                yield f"{info.key} {row[0]}: the export names {row[at + 1]!r} as {name}"


def _asked(env: Env, info: ModelInfo, ids: Iterable[int]) -> Asked:
    names = tuple(exportable(env, info))
    return Asked(info.key, (), names, tuple(sorted(ids)), numbered=True)
