"""From the composed tables to the database: what is missing is planned in words and then created, never
dropped.

A table that does not exist is created whole; an existing one is compared (schema_difference.py), and only then is
alembic imported: a start that has nothing to compare does without. What must scan or lock a table that has rows, an
index or the validation of a constraint, is *deferred*: `finish_schema` does it after the transaction, without stopping
anyone's work, and can be repeated after an interruption.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    create_mock_engine,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSchema

from core.orm import rls
from core.orm import schema_plan as words
from core.orm.engine import run_script
from core.orm.grants import missing_grants, schema_grant, table_grants
from core.orm.rls import quote
from core.orm.schema_catalogue import Existing, aside, read_existing
from core.orm.schema_plan import Difference, Operation, SchemaPlan
from core.orm.schema_statistics import STATISTICS, renewal_statements, statistics_statements

APPLICATION_ROLE: Final = "keyuan_app"
_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]

__all__ = [
    "APPLICATION_ROLE",
    "Operation",
    "SchemaPlan",
    "apply_schema",
    "finish_schema",
    "plan_schema",
    "schema_hash",
]


def plan_schema(
    connection: Connection,
    metadata: MetaData,
    addons: Iterable[str],
    app_role: str = APPLICATION_ROLE,
    *,
    thorough: bool = False,
) -> SchemaPlan:
    """What the tables of `addons` need that the database does not have.

    Only `thorough` looks into tables to which nothing is to be added, for differences that stay (`ignored`). Raises
    `CompositionError` for a new column that the existing rows could not have.
    """
    wanted = _tables_of(metadata, addons)
    names = sorted({str(table.schema) for table in wanted})
    existing = read_existing(connection, names)
    schemas = [name for name in names if name not in existing.schemas]
    tables = [table for table in wanted if not existing.has(table)]
    kept = [table for table in wanted if existing.has(table)]
    difference = _difference(connection, metadata, kept, existing, thorough=thorough)
    walls = rls.missing_walls(connection, kept) if kept else {}
    ungranted = missing_grants(connection, kept, app_role) if kept else []
    searched = [*tables, *(table for table in kept if existing.lacks_search_column(table))]
    entered = sorted({str(table.schema) for table in (*tables, *ungranted)})
    statements = [
        *(part for table in tables if rls.is_walled(table) for part in rls.wall_statements(table)),
        *(part for repair in walls.values() for part in repair),
        *statistics_statements(searched),
        *(schema_grant(name, app_role) for name in entered),
        *table_grants([*tables, *ungranted], app_role),
    ]
    operations = [
        *map(words.new_schema, schemas), *map(words.new_table, tables), *difference.operations,
        *map(words.new_wall, walls), *(words.new_grant(table, app_role) for table in ungranted),
    ]  # fmt: skip
    return SchemaPlan(
        tuple(operations), tuple(difference.deferred), tuple(difference.ignored),
        tuple(schemas), tuple(tables), tuple(difference.changes), tuple(statements),
    )  # fmt: skip


def _difference(
    connection: Connection, metadata: MetaData, kept: Sequence[Table], existing: Existing, *, thorough: bool
) -> Difference:
    """What existing tables lack, and what an interrupted step has left to be finished."""
    suspects = [table for table in kept if thorough or not existing.is_as_declared(table)]
    difference = Difference()
    if suspects:
        from core.orm.schema_difference import compare

        difference = compare(connection, metadata, suspects, existing)
    for table in kept:
        difference.deferred += [words.renewed_index(table, one) for one in existing.changed_indexes(table)]
        for name in existing.unfinished_parts(table):
            is_index = existing.part(table, name) == ""
            difference.deferred.append((words.new_index if is_index else words.validation)(table, name))
    difference.deferred += [words.closer_statistics(one) for one in kept if existing.lacks_statistics(one)]
    return difference


def apply_schema(connection: Connection, plan: SchemaPlan) -> None:
    """Do what was planned, in the caller's transaction: all of it or, after an error, nothing."""
    run_script(connection, [*(_sql(CreateSchema(name)) for name in plan.schemas), *_creation(plan.tables)])
    if plan.changes:
        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext

        operations = Operations(MigrationContext.configure(connection))
        for change in plan.changes:
            operations.invoke(change)
    run_script(connection, plan.statements)


def _creation(tables: Sequence[Table]) -> list[str]:
    """The statements that create these tables with everything in them; sent together they are one round trip."""
    statements: list[str] = []
    if tables:
        recorder = create_mock_engine(
            "postgresql+psycopg2://", lambda part, *_rest: statements.append(_sql(part))
        )
        tables[0].metadata.create_all(recorder, tables=tables, checkfirst=False)
    return statements


def _sql(part: Any) -> str:
    return str(part.compile(dialect=_DIALECT)).strip()


def finish_schema(engine: Engine, metadata: MetaData, addons: Iterable[str]) -> list[str]:
    """Build the missing indexes, make changed ones anew and validate what was added unvalidated; returns the names of
    what was done.

    Runs outside of any transaction and lets readers and writers go on. Looks at the database alone, so it
    may be called at any time, also after having been killed in the middle.
    """
    tables = _tables_of(metadata, addons)
    done: list[str] = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        existing = read_existing(connection, {str(table.schema) for table in tables})
        present = [table for table in tables if existing.has(table)]
        for table in present:
            unfinished = set(existing.unfinished_parts(table))
            done += [
                str(index.name) for index in table.indexes
                if _make_index(connection, table, index, existing, is_finished=index.name not in unfinished)
            ]  # fmt: skip
            for name in sorted(name for name in unfinished if existing.part(table, name)):
                target = rls.full_name(table)
                connection.exec_driver_sql(f"alter table {target} validate constraint {quote(name)}")
                done.append(name)
            if existing.lacks_statistics(table):
                run_script(connection, renewal_statements(table))
                done.append(f"{table.name} statistics")
    return done


def _make_index(
    connection: Connection, table: Table, index: Index, existing: Existing, *, is_finished: bool
) -> bool:
    """See to it that an index is there as declared; whether anything was to do. One of another form has another name
    while the new one is made, and goes on serving.
    """
    name, old = str(index.name), aside(str(index.name))
    is_other = is_finished and existing.has_other_form(table, index)
    is_there = is_finished and not is_other and existing.part(table, name) is not None
    has_old = existing.part(table, old) is not None
    if is_there and not has_old:
        return False
    if not is_finished:
        _drop_index(connection, table, name)
    if is_other:
        _drop_index(connection, table, old)
        place = f"{quote(str(table.schema))}.{quote(name)}"
        connection.exec_driver_sql(f"alter index {place} rename to {quote(old)}")
    if not is_there:
        run_script(connection, _sql(CreateIndex(index)).replace("INDEX", "INDEX CONCURRENTLY", 1))
    if is_other or has_old:
        _drop_index(connection, table, old)
    return True


def _drop_index(connection: Connection, table: Table, name: str) -> None:
    connection.exec_driver_sql(f"drop index concurrently if exists {quote(str(table.schema))}.{quote(name)}")


def schema_hash(*metadatas: MetaData) -> str:
    """A fingerprint of all declared tables: equal means that there is nothing to compare with the
    database.
    """
    digest = hashlib.sha256(f"walls {rls.POLICY_VERSION} statistics {STATISTICS}".encode())
    for metadata in metadatas:
        for table in sorted(metadata.tables.values(), key=lambda table: table.fullname):
            digest.update("\n".join(_features(table)).encode())
    return digest.hexdigest()


def _features(table: Table) -> list[str]:
    lines = [f"table {table.fullname} {sorted(table.info.get(rls.INFO_KEY, {}).items())}"]
    for column in table.columns:
        default = getattr(column.server_default, "arg", "")
        if column.identity is not None:  # its own text would import the dialect of another database
            default = "identity always" if column.identity.always else "identity"
        lines.append(f"{column.name} {column.type.compile(_DIALECT)} {column.nullable} {default}")
    parts: list[str] = []
    for constraint in table.constraints:
        columns = ",".join(column.name for column in getattr(constraint, "columns", ()))
        tail = ""
        if isinstance(constraint, ForeignKeyConstraint):
            tail = ",".join(element.target_fullname for element in constraint.elements)
        elif isinstance(constraint, CheckConstraint):
            tail = str(constraint.sqltext)
        parts.append(f"{type(constraint).__name__} {constraint.name} {columns} {tail}")
    for index in table.indexes:
        parts.append(f"index {index.name} {index.unique} {','.join(str(one) for one in index.expressions)} "
                     f"{index.dialect_options['postgresql']['where']}")  # fmt: skip
    return lines + sorted(parts)


def _tables_of(metadata: MetaData, addons: Iterable[str]) -> Sequence[Table]:
    names = set(addons)
    return [table for table in metadata.sorted_tables if table.schema in names]
