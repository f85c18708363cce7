"""A list of parts in the form of its whole: its rows, what they mean together, and where a refusal is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from core.errors import BadRequest
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.fields import MISSING, Field
from core.orm.part_lists import DELETE, ID, VERSION
from core.views.effective import ShownLines
from core.views.picks import Sent
from core.web.part_rows import CONTROLS, KINDS, ROW, PartRow
from core.web.widgets.entry import FIND, Setting
from core.web.widgets.relations import RecordEntry, parse_id

MOST_ROWS: Final = 1000
STEP: Final = 10


class PartForm:
    """The rows of one list. `stored` are the parts that are there, by id: values, and the version of each."""

    def __init__(
        self, env: Env, block: ShownLines, setting: Setting, stored: Mapping[int, tuple[int, Mapping[str, Any]]],
        may: frozenset[str], kept: Mapping[int, frozenset[str]],
    ) -> None:  # fmt: skip
        self.env, self.block, self.setting, self.stored, self.may = env, block, setting, stored, may
        self._kept = kept
        self.fields: dict[str, Field] = {
            one.name: one.field for one in block.typed if one.field.kind in KINDS
        }
        self.raised: list[LazyString | str] = []
        self.rows = [self._stored_row(place, key) for place, key in enumerate(stored)]
        self._given: list[PartRow] = []
        if not self.rows and "create" in may:
            self.add()

    @property
    def name(self) -> str:
        return self.block.name

    def _stored_row(self, place: int, key: int) -> PartRow:
        version, values = self.stored[key]
        return PartRow(
            self.block, place, self.setting, values, key, version, self._kept.get(key, frozenset())
        )

    def _new_row(self, place: int) -> PartRow:
        values = {
            name: one.default(self.env) if callable(one.default) else one.default
            for name, one in self.fields.items() if one.default is not MISSING and one.default is not None
        }  # fmt: skip
        return PartRow(self.block, place, self.setting, values)

    def add(self) -> None:
        """One more empty row at the end."""
        self.rows.append(self._new_row(max((row.place for row in self.rows), default=-1) + 1))

    @property
    def pattern(self) -> PartRow:
        """An empty row of which the browser makes new ones."""
        return self._new_row(MOST_ROWS)

    def read(self, posted: Any) -> None:
        """Take the rows in the order in which they were sent."""
        self.rows = []
        chosen = _chosen(self.name, self.block.picking, posted)
        for place in _places(self.name, posted):
            told = str(posted.get(f"{ROW}{self.name}.{place}", ""))
            row = self._told_row(place, told) if told else self._new_row(place)
            row.read(posted)
            row.chosen = chosen.get(place, {})
            self.rows.append(row)
        if len(self.rows) > MOST_ROWS:
            text = _(
                "{list}: at most {most} rows are possible in a form.", list=self.block.label, most=MOST_ROWS
            )
            raise BadRequest(text)

    def _told_row(self, place: int, told: str) -> PartRow:
        """A stored part as the browser has seen it; one that is gone keeps what was typed, and is refused on saving."""
        key, _colon, version = told.partition(":")
        try:
            number, seen = parse_id(key), parse_id(version)
        except ValueError:
            raise BadRequest(_("{list}: there is no such row.", list=self.block.label)) from None
        _version, values = self.stored.get(number, (seen, {}))
        return PartRow(
            self.block, place, self.setting, values, number, seen, self._kept.get(number, frozenset())
        )

    def move(self, place: int, step: int) -> None:
        """One row up or down."""
        at = next((n for n, row in enumerate(self.rows) if row.place == place), None)
        if at is not None and 0 <= at + step < len(self.rows):
            self.rows.insert(at + step, self.rows.pop(at))

    def check(self) -> bool:
        for row in self.kept():
            row.check(self.env.language)
        return not any(True for row in self.kept() for _problem in row.problems)

    def kept(self) -> list[PartRow]:
        """The rows that stay or come."""
        return [row for row in self.rows if not row.removed and not row.is_blank]

    def changed(self) -> list[dict[str, Any]]:
        """What `env.create` or `env.write` takes: new rows, changes, and removals."""
        self._given, found = [], []
        positions = self._positions()
        for row in self.rows:
            if row.is_blank or (row.removed and row.key is None):
                continue
            values = {**row.changed(), **positions.get(row.place, {})}
            if row.key is not None:
                if not values and not row.removed:
                    continue
                values = (
                    {ID: row.key, DELETE: True}
                    if row.removed
                    else {ID: row.key, VERSION: row.version, **values}
                )
            self._given.append(row)
            found.append(values)
        return found

    def _positions(self) -> dict[int, dict[str, Any]]:
        """Values of the field that orders the rows, for those that need another one."""
        by = self.block.sequence
        if by is None or by.name in self.fields:
            return {}
        kept = self.kept()
        now = [row.stored.get(by.name) if row.key is not None else None for row in kept]
        known = [one for one in now if one is not None]
        is_rising = all(a < b for a, b in pairwise(known))
        follow = is_rising and all(one is None for one in now[len(known) :])
        last = known[-1] if known else 0
        wanted = (
            [*known, *(last + STEP * n for n in range(1, len(kept) - len(known) + 1))] if follow
            else [STEP * n for n in range(1, len(kept) + 1)]
        )  # fmt: skip
        return {
            row.place: {by.name: new}
            for row, old, new in zip(kept, now, wanted, strict=True) if old != new
        }  # fmt: skip

    def refuse(self, address: str, texts: Iterable[LazyString | str]) -> bool:
        """Put the problems of a refused save at their row or cell; False where they are of something else."""
        name, _dot, rest = address.partition(".")
        place, _dot, cell = rest.partition(".")
        if name != self.name:
            return False
        if not place.isdecimal() or int(place) >= len(self._given):
            self.raised += texts
            return True
        row = self._given[int(place)]
        (row.cells[cell].raised if cell in row.cells else row.raised).extend(texts)
        return True

    def cell_at(self, address: str) -> str:
        """The name of the cell that an address of a refusal means: `lines.1.quantity` of what `changed` gave."""
        _name, place, cell = address.split(".", 2)
        return f"{self._given[int(place)].name}.{cell}"

    def catch_up(self) -> None:
        """The rows are as new as what is stored: somebody has seen what others saved, and decides."""
        for row in self.rows:
            if row.key is not None and row.key in self.stored:
                row.version = self.stored[row.key][0]

    @property
    def problems(self) -> list[tuple[str | None, LazyString | str]]:
        found: list[tuple[str | None, LazyString | str]] = [
            (f"lines-{self.name}", text) for text in self.raised
        ]
        return found + [problem for row in self.rows for problem in row.problems]

    def entries(self) -> Iterator[RecordEntry]:
        """The cells that hold references."""
        for row in self.rows:
            yield from (entry for entry in row.cells.values() if isinstance(entry, RecordEntry))

    def names(self) -> set[str]:
        """Every name that the browser may send for the rows."""
        found = set()
        for row in self.rows:
            found |= {f"{control}{row.name}" for control in CONTROLS}
            for name, entry in row.cells.items():
                found |= {entry.name, *entry.names(), FIND + entry.name, f"choose.{entry.name}"}
                found |= {f"{entry.name}.{key}" for key in row.chosen.get(name, ())}
        return found


def _chosen(name: str, picking: Collection[str], posted: Any) -> dict[int, dict[str, Sent]]:
    """What was sent for cells that are put together by choosing: by place of the row, cell, and key of the pick."""
    if not picking:
        return {}
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,6}})\.({'|'.join(picking)})\.([0-9]{{1,18}})")
    found: dict[int, dict[str, dict[int, int | None]]] = {}
    for key, value in posted.items():
        if (match := pattern.fullmatch(key)) is not None:
            cells = found.setdefault(int(match[1]), {})
            cells.setdefault(match[2], {})[int(match[3])] = _whole_number(value)
    return {place: dict(cells) for place, cells in found.items()}


def _whole_number(text: Any) -> int | None:
    try:
        return parse_id(str(text))
    except ValueError:
        return None


def _places(name: str, posted: Any) -> Sequence[int]:
    pattern = re.compile(
        rf"(?:{re.escape(ROW)})?{re.escape(name)}\.([0-9]{{1,6}})(?:\.[a-z0-9_]+)?(?:\.\w+)?"
    )
    found = (pattern.fullmatch(key) for key in posted)
    return list(dict.fromkeys(int(match[1]) for match in found if match is not None))
