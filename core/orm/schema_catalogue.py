"""What the database has now, as far as adding to it is concerned: four questions to the catalogue.

They are enough to see which tables are as they are declared. Only the others are compared in detail, which takes a
dozen questions a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Constraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects import postgresql

from core.orm.index_report_shape import Key, keys_of
from core.orm.schema_statistics import STATISTICS, gram_columns
from core.orm.tables import short_name

_TABLES = text("""
    select n.nspname, c.relname, pg_relation_size(c.oid) = 0
    from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
    where n.nspname = any(:schemas)
""")

_NAMES = text("""
    select n.nspname, t.relname, i.relname, '' as definition, x.indisvalid
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = any(:schemas) and not t.relispartition
    union all
    select n.nspname, t.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated
    from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = any(:schemas) and k.contype in ('c', 'f', 'u') and not t.relispartition
""")

_KEYS = text("""
    select n.nspname, t.relname, i.relname,
           array_agg(a.attname::text order by k.place), array_agg(k.option::int order by k.place)
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = t.relnamespace join pg_am m on m.oid = i.relam
    cross join lateral unnest(x.indkey::int2[], x.indoption::int2[]) with ordinality k(att, option, place)
    left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.att and k.att > 0
    where n.nspname = any(:schemas) and t.relkind = 'r' and not t.relispartition and m.amname = 'btree'
      and not x.indisunique and k.place <= x.indnkeyatts
    group by 1, 2, 3
""")

_COLUMNS = text("""
    select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
           coalesce(a.attstattarget, -1)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped
""")
_CHOICES: Final = re.compile(r"'((?:[^']|'')*)'")
_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]


class FoundColumn(NamedTuple):
    """A column that exists: its type as PostgreSQL writes it, and how closely the server looks at its values."""

    type: str
    nullable: bool
    statistics: int
    """-1 where nobody has said."""


@dataclass(frozen=True)
class Existing:
    """Schemas, tables and named parts that are there. A part that is not `valid` is unfinished work."""

    schemas: frozenset[str]
    tables: dict[tuple[str, str], bool]
    """(schema, name) -> whether the table never had a row: then nothing in it can take long."""
    parts: dict[tuple[str, str, str], str]
    """(schema, table, name) of an index or constraint -> the constraint's definition."""
    unfinished: frozenset[tuple[str, str, str]]
    columns: dict[tuple[str, str, str], FoundColumn]
    """(schema, table, column) -> what it is."""
    keys: dict[tuple[str, str, str], tuple[Key, ...]]
    """(schema, table, index) -> its columns and their directions, of ordinary indexes that guard nothing."""

    def has(self, table: Table) -> bool:
        return (str(table.schema), table.name) in self.tables

    def is_empty(self, table: Table) -> bool:
        return self.tables.get((str(table.schema), table.name), True)

    def part(self, table: Table, name: str) -> str | None:
        """The definition of a constraint, '' for an index, None where there is nothing of this name."""
        return self.parts.get((str(table.schema), table.name, name))

    def lacks_statistics(self, table: Table) -> bool:
        """Whether the server looks at a search column less closely than it should."""
        found = (self.column(table, name) for name in gram_columns(table))
        return any(column is not None and column.statistics < STATISTICS for column in found)

    def lacks_search_column(self, table: Table) -> bool:
        """Whether a search column is still to be added."""
        return any(self.column(table, name) is None for name in gram_columns(table))

    def column(self, table: Table, name: str) -> FoundColumn | None:
        return self.columns.get((str(table.schema), table.name, name))

    def is_as_declared(self, table: Table) -> bool:
        """Whether nothing is to be added: every declared column, index and constraint is there, by type and name.

        What is there beyond that, or is defined otherwise under the same name, is no matter for adding.
        """
        return (
            all(self._has_column(table, column) for column in table.columns)
            and all(self.part(table, str(index.name)) is not None for index in table.indexes)
            and all(self._has_constraint(table, one) for one in table.constraints)
        )

    def _has_column(self, table: Table, column: Column[Any]) -> bool:
        found = self.column(table, column.name)
        if found is None or found.type != _type_name(column):
            return False
        return found.nullable or not column.nullable

    def _has_constraint(self, table: Table, constraint: Constraint) -> bool:
        if isinstance(constraint, PrimaryKeyConstraint):
            return True
        definition = self.part(table, str(constraint.name))
        if definition is None or not isinstance(constraint, CheckConstraint):
            return definition is not None
        return not choices(definition) < choices(str(constraint.sqltext))

    def changed_indexes(self, table: Table) -> list[str]:
        """Indexes that have another form than the one declared today, or whose old form is still there beside them."""
        return sorted(
            str(index.name) for index in table.indexes
            if self.has_other_form(table, index) or self.part(table, aside(str(index.name))) is not None
        )  # fmt: skip

    def has_other_form(self, table: Table, index: Index) -> bool:
        """Whether an ordinary index has other columns or directions than declared. One over expressions, and one that
        guards values, needs a migration.
        """
        found, wanted = self.keys.get((str(table.schema), table.name, str(index.name))), keys_of(index)
        is_plain = not index.unique and all(one.column in table.columns for one in wanted)
        return is_plain and found is not None and found != wanted

    def unfinished_parts(self, table: Table) -> list[str]:
        """Indexes that are not valid and constraints that were never checked against the older rows."""
        own = (str(table.schema), table.name)
        return sorted(name for schema, owner, name in self.unfinished if (schema, owner) == own)


def aside(name: str) -> str:
    """What the old form of an index is called while the new one is made."""
    return short_name("old", name)


def choices(condition: str | None) -> set[str]:
    """The codes that a check on a selection takes."""
    return set(_CHOICES.findall(condition or ""))


def read_existing(connection: Connection, schemas: Iterable[str]) -> Existing:
    """Emptiness is read from the file's size, since row-level security hides rows even from the owner."""
    given = {"schemas": list(schemas)}
    rows = connection.execute(_TABLES, given).all()
    tables = {(row[0], row[1]): bool(row[2]) for row in rows if row[1] is not None}
    found = connection.execute(_NAMES, given).all() if tables else []
    return Existing(
        frozenset(row[0] for row in rows),
        tables,
        {(row[0], row[1], row[2]): row[3] for row in found},
        frozenset((row[0], row[1], row[2]) for row in found if not row[4]),
        {
            (row[0], row[1], row[2]): FoundColumn(*row[3:])
            for row in (connection.execute(_COLUMNS, given) if tables else ())
        },
        {
            (row[0], row[1], row[2]): tuple(
                Key(str(name), bool(option & 1), bool(option & 2))
                for name, option in zip(row[3], row[4], strict=True)
            )
            for row in (connection.execute(_KEYS, given) if tables else ())
        },
    )


def _type_name(column: Column[Any]) -> str:
    """The declared type as PostgreSQL writes it. Where the two differ needlessly, the table is compared in detail."""
    name = str(column.type.compile(_DIALECT)).lower().replace(", ", ",")
    return name.replace("varchar", "character varying")
