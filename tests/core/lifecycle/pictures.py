"""What is in a database, as sets that can be subtracted: to be compared with what a plan has said before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlalchemy import Connection, text

from core.orm.rls import quote
from core.testing.database import ScratchDatabase

_SCHEMAS = text(r"""
    select nspname from pg_namespace where nspname !~ '^(pg_|information_schema$|public$)'
""")
_TABLES = text("""
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p') and not c.relispartition
""")
_COLUMNS = text("""
    select n.nspname || '.' || c.relname, a.attname
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped
""")
_CONSTRAINTS = text("""
    select n.nspname || '.' || c.relname, k.conname
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and k.contype in ('c', 'f', 'u') and not c.relispartition
""")
_INDEXES = text("""
    select n.nspname || '.' || t.relname, i.relname
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = any(:schemas) and not t.relispartition
      and not exists (select from pg_constraint k where k.conindid = x.indexrelid)
""")


@dataclass(frozen=True)
class Picture:
    """Schemas, tables, columns, constraints and indexes by table, and every row with its columns' values."""

    schemas: frozenset[str]
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    constraints: frozenset[tuple[str, str]]
    indexes: frozenset[tuple[str, str]]
    rows: frozenset[tuple[str, str]]

    def __sub__(self, other: Picture) -> Picture:
        return Picture(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    def of_kept_tables(self, tables: frozenset[str]) -> Picture:
        """Without what belongs to tables that are new or gone as a whole."""
        return Picture(
            self.schemas, self.tables, *(
                frozenset(part for part in getattr(self, name) if part[0] in tables)
                for name in ("columns", "constraints", "indexes", "rows")
            )
        )  # fmt: skip

    def rows_of(self, table: str) -> list[str]:
        return sorted(row for name, row in self.rows if name == table)


def take(database: ScratchDatabase) -> Picture:
    """Everything but the journal and the audit, which grow with every operation."""
    with database.owner.connect() as connection:
        schemas = {"schemas": list(connection.execute(_SCHEMAS).scalars())}
        tables = frozenset(connection.execute(_TABLES, schemas).scalars())
        columns, constraints, indexes = (
            frozenset((row[0], row[1]) for row in connection.execute(question, schemas))
            for question in (_COLUMNS, _CONSTRAINTS, _INDEXES)
        )
        rows = frozenset(_rows(connection, tables))
        return Picture(frozenset(schemas["schemas"]), tables, columns, constraints, indexes, rows)


def _rows(connection: Connection, tables: frozenset[str]) -> Iterator[tuple[str, str]]:
    for table in sorted(tables):
        schema, _dot, name = table.partition(".")
        if schema != "core" or name in ("addon", "shipped"):
            found = connection.execute(text(f"select to_jsonb(t)::text from {quote(schema)}.{quote(name)} t"))
            yield from ((table, row) for row in found.scalars())
