"""What a plan of an operation on an addon consists of: shown before anything happens, and carried by the confirmation.

A plan may be made by one process and read by another, in the reader's language: its sentences are kept as text and
arguments (`as_json`), never as finished words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, Self, get_args

from core.i18n import LazyString

Kind = Literal["install", "upgrade", "enable", "disable", "remove", "restore", "purge", "empty"]
LineKind = Literal[
    "dependant", "company", "table", "column", "constraint", "index", "migration", "record", "reference",
    "menu", "page", "report", "role", "job", "host", "file",
]  # fmt: skip
"""In the order in which a reader is shown them."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LINE_KINDS: Final[tuple[LineKind, ...]] = get_args(LineKind)

BRIDGE: Final = "bridge"
"""The detail of a dependant that comes and goes by itself with what it connects."""

Words = LazyString | str


@dataclass(frozen=True)
class Line:
    """One thing that the operation concerns. `name` is what it is called in code or database, `words` says what
    becomes of it.
    """

    kind: LineKind
    name: str
    words: Words
    rows: int | None = None
    """Rows that it concerns, where that means something: exact in small tables, estimated in large ones."""
    detail: str = ""
    """What else tells it from others of its name, such as the table of a column or the file of a migration."""

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "name": self.name, "words": words_as_json(self.words), "rows": self.rows,
            "detail": self.detail,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["kind"], data["name"], words_from_json(data["words"]), data["rows"], data["detail"])


@dataclass(frozen=True)
class LifePlan:
    """What an operation will do. With `refusals` it will do nothing: each says why and what would help."""

    kind: Kind
    addon: str
    addons: tuple[str, ...]
    """All that it concerns, in the order in which they are taken: what the addon needs, itself, its bridges."""
    lines: tuple[Line, ...] = ()
    refusals: tuple[Words, ...] = ()
    seconds: float = 0.0
    """Expected, from the sizes of the tables: see `effort`."""
    locks: tuple[Words, ...] = ()
    """Who has to wait for what meanwhile."""
    company_id: int | None = None

    @cached_property
    def digest(self) -> str:
        """What a confirmation carries. A plan that concerns other things has another one; numbers of rows and the
        expected time, which change while people work, are left out.
        """
        concerned = [
            self.kind, self.addon, self.company_id, self.addons,
            sorted([line.kind, line.name, line.detail] for line in self.lines),
            [words_as_json(words) for words in self.refusals],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(concerned, sort_keys=True).encode()).hexdigest()[:32]

    def of(self, *kinds: LineKind) -> list[Line]:
        """The lines of these kinds."""
        return [line for line in self.lines if line.kind in kinds]

    def as_json(self) -> dict[str, Any]:
        """Plain data, complete: `from_json` gives an equal plan."""
        return {
            "kind": self.kind, "addon": self.addon, "addons": list(self.addons), "company_id": self.company_id,
            "lines": [line.as_json() for line in self.lines],
            "refusals": [words_as_json(words) for words in self.refusals],
            "seconds": self.seconds, "locks": [words_as_json(words) for words in self.locks],
            "digest": self.digest,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            data["kind"], data["addon"], tuple(data["addons"]),
            tuple(Line.from_json(line) for line in data["lines"]),
            tuple(words_from_json(words) for words in data["refusals"]),
            data["seconds"], tuple(words_from_json(words) for words in data["locks"]), data["company_id"],
        )  # fmt: skip


def words_as_json(words: Words) -> Any:
    """A sentence as text and arguments, for a reader of either language; a finished text as it is."""
    return words.as_json() if isinstance(words, LazyString) else words


def words_from_json(data: Any) -> Words:
    """What `words_as_json` wrote."""
    return data if isinstance(data, str) else LazyString.from_json(data)
