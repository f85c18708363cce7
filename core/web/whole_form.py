"""The form of a record together with its lists of parts, as one form to the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.errors import ValidationFailed
from core.i18n import LazyString
from core.orm.env import Env
from core.web.forms import RecordForm, Typed
from core.web.part_form import PartForm
from core.web.part_rows import digest_text, digests
from core.web.widgets.entry import SHOWN, Entry, Setting
from core.web.widgets.relations import RecordEntry

PROPOSED: Final = "proposed"
"""The inputs of the record itself that hold a proposal."""


class WholeForm(RecordForm):
    """The inputs of a record and the rows of its lists."""

    def __init__(
        self, env: Env, typed: Sequence[Typed], setting: Setting, stored: Mapping[str, Any],
        lists: Sequence[PartForm] = (),
    ) -> None:  # fmt: skip
        super().__init__(env, typed, setting, stored)
        self.lists = {one.name: one for one in lists}
        self.proposed: dict[str, str] = {}
        self.outs: dict[str, Any] = {}
        """Values that follow from others, as HTML."""
        self.filled: set[str] = set()
        self._first = dict(self.shown)
        self._is_new = False
        """Set by the first reading: a new record, in which untouched inputs hold what the kernel would fill in."""

    def read(self, posted: Any, *, complete: bool = False) -> None:
        super().read(posted, complete=complete)
        self._is_new = complete
        self._first |= {entry.name: str(posted.get(SHOWN + entry.name, "")) for entry in self}
        self.proposed = digests(posted.get(PROPOSED), [entry.name for entry in self])
        for one in self.lists.values():
            one.read(posted)

    def known(self) -> dict[str, Any]:
        """The values of all inputs; what cannot be read is as if it were empty."""
        return {entry.name: None if entry.problems else entry.data for entry in self}

    def proposable(self) -> list[str]:
        """The inputs for which there can be proposals."""
        return [entry.name for entry in self if entry.source.kind not in ("secret", "file")]

    def is_open(self, name: str) -> bool:
        """Whether a proposal may fill the input: nobody has typed what it holds."""
        entry = self[name]
        if entry.problems:
            return False
        digest = entry.digest()
        return (
            entry.is_empty()
            or self.proposed.get(name) == digest
            or (self._is_new and self._first[name] == digest)
        )

    def fill(self, name: str, value: Any) -> None:
        """Let the input hold a proposal."""
        self[name].hold(value)
        self.proposed[name] = self[name].digest()
        self.filled.add(name)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Inputs that nobody sees."""
        return [(PROPOSED, digest_text(self.proposed))] if self.proposed else []

    def changed(self) -> dict[str, Any]:
        lists = {name: rows for name, one in self.lists.items() if (rows := one.changed())}
        return super().changed() | lists

    def check(self) -> bool:
        return all([super().check(), *(one.check() for one in self.lists.values())])

    def refuse(self, refusal: ValidationFailed) -> None:
        others = {
            name: texts for name, texts in refusal.problems.items()
            if not any(one.refuse(name, texts) for one in self.lists.values())
        }  # fmt: skip
        super().refuse(ValidationFailed(others))

    def references(self) -> list[RecordEntry]:
        return [*super().references(), *(entry for one in self.lists.values() for entry in one.entries())]

    def values_around(self, entry: Entry) -> Mapping[str, Any]:
        own = super().values_around(entry)
        for parts in self.lists.values():
            for row in parts.rows:
                if any(one is entry for one in row.cells.values()):
                    back = parts.block.back
                    return {**row.known(), **{f"{back}.{name}": value for name, value in own.items()}}
        return own

    def control_names(self) -> set[str]:
        return {PROPOSED, *(name for one in self.lists.values() for name in one.names())}

    def summary(self) -> list[tuple[str | None, LazyString | str]]:
        return super().summary() + [problem for one in self.lists.values() for problem in one.problems]
