"""What the application's role may do with each table. It owns nothing and passes no policy by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Table, text

from core.orm.rls import INFO_KEY, full_name, quote

EVERYTHING: Final = ("select", "insert", "update", "delete")


def wanted_grants(table: Table) -> tuple[str, ...]:
    """Rows of addons are read and written; a kernel table may declare less (`info["keyuan"]["grants"]`)."""
    declared: tuple[str, ...] = table.info.get(INFO_KEY, {}).get("grants", EVERYTHING)
    return declared


def schema_grant(schema: str, role: str) -> str:
    return f"grant usage on schema {quote(schema)} to {quote(role)}"


def table_grants(tables: Iterable[Table], role: str) -> list[str]:
    """One statement for all tables that get the same rights: a fresh install creates many."""
    by_rights: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        by_rights.setdefault(wanted_grants(table), []).append(full_name(table))
    return [
        f"grant {', '.join(rights)} on {', '.join(names)} to {quote(role)}"
        for rights, names in by_rights.items()
        if rights
    ]


_HELD = text("""
    select n.nspname, c.relname, has_schema_privilege(:role, n.oid, 'usage'),
           array(select p from unnest(array['select', 'insert', 'update', 'delete']) p
                 where has_table_privilege(:role, c.oid, p))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p')
""")


def held_grants(
    connection: Connection, schemas: Sequence[str], role: str
) -> dict[tuple[str, str], frozenset[str]]:
    """The rights that `role` has, by (schema, table); none where it may not enter the schema."""
    rows = connection.execute(_HELD, {"role": role, "schemas": list(schemas)})
    return {(schema, name): frozenset(held if may_enter else ()) for schema, name, may_enter, held in rows}


def missing_grants(connection: Connection, tables: Sequence[Table], role: str) -> list[Table]:
    """Existing tables of which `role` lacks a right that it should have."""
    held = held_grants(connection, sorted({str(table.schema) for table in tables}), role)
    return [
        table
        for table in tables
        if not held.get((str(table.schema), table.name), frozenset()) >= {*wanted_grants(table)}
    ]


def excess_grants(connection: Connection, tables: Sequence[Table], role: str) -> list[str]:
    """Rights that `role` has and must not have, such as changing the audit; an administrator is told."""
    held = held_grants(connection, sorted({str(table.schema) for table in tables}), role)
    return [
        f"{right} on {table.fullname}"
        for table in tables
        for right in sorted(held.get((str(table.schema), table.name), frozenset()) - {*wanted_grants(table)})
    ]
