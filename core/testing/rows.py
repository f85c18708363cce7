"""Everything that lies in the tables of some addons, to be compared with what lies there later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from core.orm.rls import quote
from core.testing.database import ScratchDatabase

Rows = dict[str, dict[str, dict[str, Any]]]
"""Table -> key of the row -> column -> value."""


def rows_of(database: ScratchDatabase, schemas: Iterable[str]) -> Rows:
    """All rows of these schemas, the bin and all companies included, past every wall."""
    with database.owner.connect() as connection:
        return {name: _rows(connection, name) for name in _tables(connection, schemas)}


def _tables(connection: Connection, schemas: Iterable[str]) -> list[str]:
    found = connection.execute(
        text("select schemaname, tablename from pg_tables where schemaname = any(:names) order by 1, 2"),
        {"names": list(schemas)},
    )
    return [f"{quote(schema)}.{quote(table)}" for schema, table in found]


def _rows(connection: Connection, table: str) -> dict[str, dict[str, Any]]:
    found = connection.execute(text(f"select to_jsonb(t) from {table} t")).scalars()
    return {_key(row): row for row in found}


def _key(row: dict[str, Any]) -> str:
    """A row of a model by its id, one of a link table by everything in it."""
    return str(row["id"]) if "id" in row else str(sorted(row.items()))


def losses(before: Rows, after: Rows, *, but: Collection[str] = ()) -> Iterator[str]:
    """What is no longer as it was: tables and rows that are gone, values that changed; new columns are none.

    `but` names tables that may change.
    """
    for table, rows in before.items():
        if table in but:
            continue
        if table not in after:
            yield f"{table} is gone"
            continue
        for key, row in rows.items():
            now = after[table].get(key)
            if now is None:
                yield f"{table}: the row {key} is gone"
                continue
            for column, value in row.items():
                if column not in now:
                    yield f"{table}.{column} is gone"
                elif now[column] != value:
                    yield f"{table} {key}: {column} was {value!r}, is {now[column]!r}"


def additions(before: Rows, after: Rows, *, but: Collection[str] = ()) -> Iterator[str]:
    """Rows that were not there."""
    for table, rows in after.items():
        new = rows.keys() - before.get(table, {}).keys() if table not in but else ()
        if new:
            yield f"{table}: {len(new)} new rows"
