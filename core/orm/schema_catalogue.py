"""What the database has now, as far as adding to it is concerned: two questions to the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, text

from core.orm.schema_statistics import STATISTICS, gram_columns

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

_TARGETS = text("""
    select n.nspname, c.relname, a.attname, coalesce(a.attstattarget, -1)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and a.atttypid = 'text[]'::regtype
""")


@dataclass(frozen=True)
class Existing:
    """Schemas, tables and named parts that are there. A part that is not `valid` is unfinished work."""

    schemas: frozenset[str]
    tables: dict[tuple[str, str], bool]
    """(schema, name) -> whether the table never had a row: then nothing in it can take long."""
    parts: dict[tuple[str, str, str], str]
    """(schema, table, name) of an index or constraint -> the constraint's definition."""
    unfinished: frozenset[tuple[str, str, str]]
    statistics: dict[tuple[str, str, str], int]
    """(schema, table, column) of an array of texts -> how closely the server looks at it; -1 where nobody has said."""

    def has(self, table: Table) -> bool:
        return (str(table.schema), table.name) in self.tables

    def is_empty(self, table: Table) -> bool:
        return self.tables.get((str(table.schema), table.name), True)

    def part(self, table: Table, name: str) -> str | None:
        """The definition of a constraint, '' for an index, None where there is nothing of this name."""
        return self.parts.get((str(table.schema), table.name, name))

    def lacks_statistics(self, table: Table) -> bool:
        """Whether the server looks at a search column less closely than it should."""
        own = (str(table.schema), table.name)
        return any(self.statistics.get((*own, name), STATISTICS) < STATISTICS for name in gram_columns(table))

    def lacks_search_column(self, table: Table) -> bool:
        """Whether a search column is still to be added."""
        own = (str(table.schema), table.name)
        return any((*own, name) not in self.statistics for name in gram_columns(table))

    def unfinished_parts(self, table: Table) -> list[str]:
        """Indexes that are not valid and constraints that were never checked against the older rows."""
        own = (str(table.schema), table.name)
        return sorted(name for schema, owner, name in self.unfinished if (schema, owner) == own)


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
        {(row[0], row[1], row[2]): row[3] for row in (connection.execute(_TARGETS, given) if tables else ())},
    )
