"""What a change of the database will do, in words that an administrator reads before agreeing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Table

from core.i18n import LazyString, _

if TYPE_CHECKING:
    from alembic.operations.ops import MigrateOperation

Kind = Literal["schema", "table", "column", "type", "index", "constraint", "security", "statistics"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that will be created or widened. `table` is `schema.table`, empty for a whole schema."""

    kind: Kind
    addon: str
    table: str
    name: str
    words: LazyString


@dataclass
class Difference:
    """What existing tables lack, as operations of alembic and in words, and what was left out."""

    changes: list[MigrateOperation] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    deferred: list[Operation] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def add(self, change: MigrateOperation, operation: Operation) -> None:
        self.changes.append(change)
        self.operations.append(operation)


@dataclass(frozen=True)
class SchemaPlan:
    """What `apply_schema` will do, and what `finish_schema` will do afterwards. Nothing has happened yet.

    It is true when there is something to do. What `changes` and `statements` hold is for `apply_schema` only.
    """

    operations: tuple[Operation, ...] = ()
    deferred: tuple[Operation, ...] = ()
    ignored: tuple[str, ...] = ()
    """Differences that stay, in catalogue terms: for the check-up of an administrator, not an error."""
    schemas: tuple[str, ...] = field(default=(), repr=False)
    tables: tuple[Table, ...] = field(default=(), repr=False)
    changes: tuple[MigrateOperation, ...] = field(default=(), repr=False)
    statements: tuple[str, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.operations or self.deferred)


def addon_of(table: Table) -> str:
    """The addon that declares the table; the kernel's own tables say `core`."""
    return str(table.schema)


def new_schema(name: str) -> Operation:
    return Operation(
        "schema", name, "", name, _("Create the area {name} for the tables of this addon", name=name)
    )


def new_table(table: Table) -> Operation:
    words = _("Create the table {table} with {count} columns", table=table.fullname, count=len(table.columns))
    return Operation("table", addon_of(table), table.fullname, table.name, words)


def new_column(table: Table, name: str) -> Operation:
    addon = str(table.columns[name].info.get("addon", addon_of(table)))
    words = _("Add the column {name} to the table {table}", name=name, table=table.fullname)
    return Operation("column", addon, table.fullname, name, words)


def wider_type(table: Table, name: str, type_name: str) -> Operation:
    words = _(
        "Widen the column {name} of the table {table} to {type}",
        name=name,
        table=table.fullname,
        type=type_name,
    )
    return Operation("type", addon_of(table), table.fullname, name, words)


def optional_column(table: Table, name: str) -> Operation:
    words = _("Let the column {name} of the table {table} be empty", name=name, table=table.fullname)
    return Operation("column", addon_of(table), table.fullname, name, words)


def new_index(table: Table, name: str) -> Operation:
    words = _("Create the index {name} on the table {table}", name=name, table=table.fullname)
    return Operation("index", addon_of(table), table.fullname, name, words)


def renewed_index(table: Table, name: str) -> Operation:
    words = _(
        "Make the index {name} on the table {table} anew, as it is declared now",
        name=name,
        table=table.fullname,
    )
    return Operation("index", addon_of(table), table.fullname, name, words)


def new_constraint(table: Table, name: str) -> Operation:
    words = _("Add the rule {name} to the table {table}", name=name, table=table.fullname)
    return Operation("constraint", addon_of(table), table.fullname, name, words)


def wider_choice(table: Table, name: str) -> Operation:
    words = _(
        "Allow further choices in the rule {name} of the table {table}", name=name, table=table.fullname
    )
    return Operation("constraint", addon_of(table), table.fullname, name, words)


def validation(table: Table, name: str) -> Operation:
    words = _("Check the existing rows of {table} against the rule {name}", name=name, table=table.fullname)
    return Operation("constraint", addon_of(table), table.fullname, name, words)


def new_wall(table: Table) -> Operation:
    words = _("Separate the companies' rows in the table {table}", table=table.fullname)
    return Operation("security", addon_of(table), table.fullname, table.name, words)


def new_grant(table: Table, role: str) -> Operation:
    words = _("Let the role {role} use the table {table}", role=role, table=table.fullname)
    return Operation("security", addon_of(table), table.fullname, role, words)


def closer_statistics(table: Table) -> Operation:
    words = _(
        "Let the server look more closely at the search column of the table {table}", table=table.fullname
    )
    return Operation("statistics", addon_of(table), table.fullname, table.name, words)
