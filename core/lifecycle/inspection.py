"""What `keyuan doctor` finds in the database: whether it is what the code believes, and whether the walls stand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from core.i18n import LazyString, _
from core.lifecycle.belongings import belongings
from core.lifecycle.database import role_problems
from core.lifecycle.generation import installed_addons, removed_addons
from core.lifecycle.journal import LEAVING, Unfinished, unfinished
from core.orm.compose import Composition
from core.orm.grants import excess_grants
from core.orm.kernel_tables import KERNEL_SCHEMA, kernel_metadata
from core.orm.leakproof import leakproof_statements, missing_leakproof
from core.orm.schema import plan_schema


def database_problems(
    connection: Connection, composition: Composition, app_role: str
) -> Iterator[LazyString]:
    """Everything an administrator should see to, as sentences; nothing where all is well. Changes nothing.

    `connection` is the owner's.
    """
    yield from role_problems(connection, app_role)
    missing = missing_leakproof(connection)
    if missing:
        yield _(
            "Searching and paging by amount will be slow. Ask an administrator of the database server to run, as a "
            "superuser in this database: {sql}",
            sql="; ".join(leakproof_statements(missing)),
        )
    names = set(installed_addons(connection)) & set(composition.addons)
    kept = _kept(connection)
    for metadata, schemas in ((kernel_metadata, {KERNEL_SCHEMA}), (composition.metadata, names)):
        plan = plan_schema(connection, metadata, schemas, app_role, thorough=True)
        for operation in (*plan.operations, *plan.deferred):
            yield _("Still to be done: {operation}", operation=operation.words)
        for difference in plan.ignored:
            if difference.partition(" ")[2] in kept:
                continue
            yield _("The database differs from the code: {difference}", difference=difference)
        tables = [table for table in metadata.sorted_tables if table.schema in schemas]
        for grant in excess_grants(connection, tables, app_role):
            yield _("The application's role {role} has the right {grant}, which it must not have.",
                    role=app_role, grant=grant)  # fmt: skip
    for name in sorted(set(installed_addons(connection)) - set(composition.addons)):
        yield _("The addon {name} is installed, but its code is missing or broken.", name=name)
    yield from map(_interruption, unfinished(connection))
    newer = "select exists (select from core.audit_default where at >= date_trunc('month', now()))"
    if connection.execute(text(newer)).scalar_one():
        yield _("The audit has rows of months that have no table yet.")


def _interruption(operation: Unfinished) -> LazyString:
    if operation.step == LEAVING:
        return _("The removal of {addons} waits for processes of an older generation; a worker completes it.",
                 addons=operation.addons)  # fmt: skip
    return _("An operation was interrupted: {kind} {addons}. It is taken up at the next start.",
             kind=operation.kind, addons=operation.addons)  # fmt: skip


_INDEXES = text("""
    select distinct n.nspname || '.' || t.relname || ' ' || i.relname
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    join pg_attribute a on a.attrelid = x.indrelid and a.attnum = any(x.indkey)
    where n.nspname || '.' || t.relname = any(:tables) and a.attname = any(:columns)
""")


def _kept(connection: Connection) -> set[str]:
    """Columns of removed addons on the tables of others, and the indexes on them: kept for their return, no mistake.
    Each as its table and its name.
    """
    kept: set[str] = set()
    for name in removed_addons(connection):
        columns = belongings(connection, name).columns
        kept |= {f"{one.schema}.{one.table} {one.name}" for one in columns}
        asked = {
            "tables": [f"{one.schema}.{one.table}" for one in columns],
            "columns": [one.name for one in columns],
        }
        kept |= set(connection.execute(_INDEXES, asked).scalars())
    return kept
