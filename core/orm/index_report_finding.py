"""What the report on indexes says, and what it is said about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from sqlalchemy import Table

from core.i18n import LazyString
from core.orm.index_report_catalogue import Catalogue, Counted, Found, Place
from core.orm.index_report_shape import Declared, Shape
from core.orm.index_report_uses import Use
from core.orm.rls import quote

Kind = Literal[
    "missing", "unfinished", "different", "renamed", "wanted", "read whole", "superfluous", "undeclared", "unused",
    "overgrown",
]  # fmt: skip
FAULTS: Final = frozenset({"missing", "unfinished", "different", "renamed"})
LARGE_ROWS: Final = 10_000
"""Smaller tables are read whole as fast as through an index."""
LARGE_BYTES: Final = 1_000_000
"""Smaller indexes cost nothing worth a decision."""


@dataclass(frozen=True)
class Finding:
    """One thing to decide. `rows` are read for nothing, `bytes` are kept for nothing: the gain of mending it."""

    kind: Kind
    table: str
    words: LazyString
    statements: tuple[str, ...] = ()
    purposes: tuple[LazyString, ...] = ()
    rows: int = 0
    bytes: int = 0

    @property
    def is_fault(self) -> bool:
        return self.kind in FAULTS

    @property
    def rank(self) -> tuple[bool, bool, int, int, str]:
        """Faults first, then what costs readers, then what costs room and writers; the greatest gain first."""
        return not self.is_fault, not self.rows, -self.rows, -self.bytes, self.table


@dataclass
class Comparison:
    """Both sides, and which indexes have been spoken of. `small_…` count what was not worth a finding."""

    wanted: Sequence[Declared]
    uses: Sequence[tuple[Use, list[LazyString]]]
    catalogue: Catalogue
    complete: bool
    small_unused: int = 0
    small_wanted: int = 0
    settled: set[tuple[Place, str]] = field(default_factory=set)

    @cached_property
    def names(self) -> frozenset[tuple[Place, str]]:
        """Place and name of everything declared."""
        return frozenset((place_of(declared.table), declared.name) for declared in self.wanted)

    @cached_property
    def found(self) -> dict[tuple[Place, str], Found]:
        return {(one.place, one.name): one for one in self.catalogue.indexes}

    @cached_property
    def columns(self) -> dict[Place, frozenset[str]]:
        """The columns that the code knows."""
        return {place_of(one.table): frozenset(one.table.columns.keys()) for one in self.wanted}

    def counted(self, place: Place) -> Counted:
        return self.catalogue.tables.get(place, Counted(0, 0, 0, ()))

    def may_go(self, index: Found) -> bool:
        """Whether nobody can miss an index that is not declared: it might be one of an addon that is away."""
        known = self.columns.get(index.place, frozenset())
        is_ours = all(key.column in known for key in index.shape.keys)
        return self.complete and is_ours and (index.place, index.name) not in self.names

    def purposes(self, table: str, shape: Shape) -> tuple[LazyString, ...]:
        """What people do with the help of such an index."""
        served = (
            purposes
            for use, purposes in self.uses
            if use.table.fullname == table and shape.serves(use.kind, use.columns)
        )
        return tuple(dict.fromkeys(purpose for purposes in served for purpose in purposes))


def place_of(table: Table) -> Place:
    """Schema and name."""
    return str(table.schema), table.name


def index_name(index: Found) -> str:
    """`schema.index`, quoted where needed."""
    return f"{quote(index.place[0])}.{quote(index.name)}"


def drop_statement(index: Found) -> str:
    """Without stopping anybody's work where the server can do that."""
    return (
        f"drop index {index_name(index)}" if index.divided else f"drop index concurrently {index_name(index)}"
    )


def megabytes(count: int) -> str:
    return f"{count / 1e6:.1f}"
