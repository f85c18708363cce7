"""The rows of a list of parts in the form of their whole.

    lines.3.quantity    a cell          find.lines.3.product    its search without scripts
    row.lines.3         "17:2", number and version of a stored part; empty for a new one
    shown.lines.3       what the cells showed at first, "quantity:5f0c… price:91aa…"
    proposed.lines.3    the same of cells that hold a proposal, which a further one may replace
    remove.lines.3      the row goes
    lines.3.options.12  what was chosen where the cell `options` is put together by choosing

The rows stand in the order in which the browser sends them. A new row in which nothing was touched counts as none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup
from wtforms.form import BaseForm

from core.i18n import LazyString
from core.views.effective import ShownLines
from core.views.picks import Picked, Sent
from core.web.forms import ENTRIES, Meta, misfit
from core.web.widgets.entry import CHOOSE, SHOWN, Entry, Setting
from core.web.widgets.picks import panel, pick_id

ROW: Final = "row."
PROPOSED: Final = "proposed."
REMOVE: Final = "remove."
CONTROLS: Final = (ROW, SHOWN, PROPOSED, REMOVE)
THEIRS: Final = "theirs"
KINDS: Final = frozenset(ENTRIES) - {"file", "secret", "many2many"}
"""Kinds of fields that are typed in a cell; others are shown."""


class PartRow:
    """One row: its cells as form fields, and what is known of the stored part."""

    def __init__(
        self, block: ShownLines, place: int, setting: Setting, stored: Mapping[str, Any], key: int | None = None,
        version: int | None = None, kept: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.name, self.place, self.key, self.version = f"{block.name}.{place}", place, key, version
        unbound = {
            one.name: ENTRIES[one.field.kind](source=one.field, label=one.label, setting=setting)
            for one in block.typed if one.field.kind in KINDS and one.name not in kept
        }  # fmt: skip
        self._form = BaseForm(unbound, prefix=f"{self.name}.", meta=Meta())
        self.cells: dict[str, Entry] = {entry.short_name: entry for entry in self._form}
        self.stored, self.kept = stored, kept
        self.theirs: set[str] = set()
        """Cells in which somebody has decided for what another one saved."""
        self.filled: set[str] = set()
        self.removed = self.is_checked = False
        self.raised: list[LazyString | str] = []
        self.outs: dict[str, Any] = {}
        """Cells that are only shown, as HTML."""
        self.chosen: dict[str, Sent] = {}
        """What was sent for cells that are put together by choosing."""
        self.picked: dict[str, Picked] = {}
        for name, entry in self.cells.items():
            entry.process(None, stored.get(name))
        self.shown = {name: entry.digest() for name, entry in self.cells.items()}
        self.proposed: dict[str, str] = {}
        self.told: dict[str, Any] = {}
        """What is proposed for columns that nobody types."""

    def read(self, posted: Any) -> None:
        """Take the cells that the browser sent."""
        wrapped = Meta().wrap_formdata(self._form, posted)
        self.removed = bool(posted.get(f"{REMOVE}{self.name}"))
        for name, entry in self.cells.items():
            entry.process(wrapped, self.stored.get(name))
        self.shown |= digests(posted.get(f"{SHOWN}{self.name}"), self.cells)
        self.theirs = {
            name for name, entry in self.cells.items() if posted.get(CHOOSE + entry.name) == THEIRS
        }
        self.proposed = digests(posted.get(f"{PROPOSED}{self.name}"), self.cells)

    def touched(self, name: str) -> bool:
        entry = self.cells[name]
        return bool(entry.problems) or entry.digest() != self.shown.get(name)

    def is_open(self, name: str) -> bool:
        """Whether the cell may be filled by a proposal: nobody has typed what it holds."""
        entry = self.cells[name]
        if entry.problems:
            return False
        if entry.is_empty() or self.proposed.get(name) == entry.digest():
            return True
        return self.key is None and not self.touched(name)

    def fill(self, name: str, value: Any) -> None:
        """Let the cell hold a proposal."""
        entry = self.cells[name]
        entry.hold(value)
        self.proposed[name] = entry.digest()
        self.filled.add(name)

    def take_back(self) -> None:
        """Everything from which proposals follow is again as it is stored: so are the cells that hold one."""
        for name, digest in list(self.proposed.items()):
            entry = self.cells[name]
            if entry.digest() == digest and entry.data != self.stored.get(name):
                self.fill(name, self.stored.get(name))

    @property
    def is_blank(self) -> bool:
        return self.key is None and not any(self.touched(name) for name in self.cells)

    def changed(self) -> dict[str, Any]:
        """The values that somebody typed, or has accepted as proposed."""
        names = [name for name in self.cells if self.touched(name) and name not in self.theirs]
        return {name: self.cells[name].data for name in names}

    def known(self) -> dict[str, Any]:
        """Every value of the row as it stands now; a cell that cannot be read is as if it were empty."""
        return {
            **self.stored,
            **self.told,
            **{name: None if entry.problems else entry.data for name, entry in self.cells.items()},
        }

    def hold_picked(self, name: str, picked: Picked) -> None:
        """Let the cell hold what was put together by choosing."""
        self.picked[name] = picked
        self.cells[name].hold(picked.value)

    def check(self, language: str) -> None:
        """Put what does not fit, and what is missing, at the cells."""
        self.is_checked = True
        for name, entry in self.cells.items():
            if entry.problems or not (self.key is None or self.touched(name)):
                continue
            problem = entry.missing() or misfit(entry, language)
            if problem is not None:
                entry.raised.append(problem)

    @property
    def problems(self) -> Iterator[tuple[str, LazyString | str]]:
        """Every problem with the place it is at."""
        for text in self.raised:
            yield f"row-{self.name}", text
        for name, entry in self.cells.items():
            for text in entry.problems:
                yield entry.id, text
            if self.is_checked and name in self.picked and (self.key is None or self.touched(name)):
                yield from self._pick_problems(name)

    def _pick_problems(self, name: str) -> Iterator[tuple[str, LazyString | str]]:
        for pick in self.picked[name].picks:
            for text in pick.problems:
                yield pick_id(self.cells[name].name, pick.key), text

    def panel(self, name: str) -> Markup:
        """What there is to choose for a cell that is put together."""
        return panel(self.cells[name].name, self.picked.get(name), self.cells[name].problems)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The inputs that nobody sees."""
        told = "" if self.key is None else f"{self.key}:{self.version}"
        return [
            (f"{ROW}{self.name}", told),
            (f"{SHOWN}{self.name}", digest_text(self.shown)),
            (f"{PROPOSED}{self.name}", digest_text(self.proposed)),
        ]


def digest_text(found: Mapping[str, str]) -> str:
    """Digests by name, as a hidden input carries them."""
    return " ".join(f"{name}:{digest}" for name, digest in found.items())


def digests(text: Any, names: Collection[str]) -> dict[str, str]:
    """The same read again."""
    pairs = (part.partition(":") for part in str(text or "").split())
    return {name: digest for name, _colon, digest in pairs if name in names}
