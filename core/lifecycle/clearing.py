"""What a purge does after its tables are dropped: rows of the addon in tables of the kernel, and its files.

How long that takes depends on the number of rows, so it goes in chunks. It looks at the database to find what is left,
and is done again after an interruption.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from core.lifecycle.archives.format import Manifest, verified
from core.lifecycle.archives.shared_rows import (
    CONTENTS,
    FILE_ROWS,
    ROLE_ROWS,
    SharedRows,
    condition_of,
    hold_contents,
    present_rows,
)
from core.lifecycle.generation import installed_addons
from core.lifecycle.journal import Unfinished
from core.lifecycle.walls import open_all_walls
from core.orm.kernel_tables import addon as registry
from core.orm.rls import quote

PURGE: Final = "purge"
CLEARING: Final = "clearing"
CHUNK: Final = 1000


def clear_rest(engine: Engine, operation: Unfinished) -> None:
    """Complete a purge that was interrupted after its tables were dropped.

    Where somebody has moved the archive away, the contents of files stay in the file store.
    """
    archive = Path(operation.detail["archive"])
    for name in operation.names:
        clear(engine, name, verified(archive) if archive.is_file() else None)


def clear(engine: Engine, name: str, manifest: Manifest | None) -> int:
    """Remove the addon's rows in tables of the kernel, then its name; gives how many stay, as others refer to them."""
    with engine.begin() as connection:
        if name in installed_addons(connection):  # brought back meanwhile: these rows are not the purged ones
            return 0
        open_all_walls(connection)
        connection.execute(
            text("update base.session set working_role_id = null where working_role_id in "
                 f"(select id from base.role where {condition_of(ROLE_ROWS, name)})")
        )  # fmt: skip
        present = present_rows(connection)
    kept = sum(_remove_all(engine, one, condition_of(one, name)) for one in reversed(present))
    if manifest is not None:
        _forget_contents(engine, manifest)
    with engine.begin() as connection:
        connection.execute(registry.delete().where(registry.c.name == name, registry.c.state == "removed"))
    return kept


def _remove_all(engine: Engine, rows: SharedRows, condition: str) -> int:
    """Remove rows in transactions of `CHUNK`; gives how many stay."""
    if not rows.has_id:
        with engine.begin() as connection:
            open_all_walls(connection)
            connection.execute(text(f"delete from {rows.full_table} where {condition}"))
        return 0
    last, kept = 0, 0
    wanted = text(
        f"select id from {rows.full_table} where {condition} and id > :last order by id limit {CHUNK}"
    )
    while True:
        with engine.begin() as connection:
            open_all_walls(connection)
            ids = list(connection.execute(wanted, {"last": last}).scalars())
            if not ids:
                return kept
            kept += _remove(connection, rows, ids)
            last = ids[-1]


def _remove(connection: Connection, rows: SharedRows, ids: Sequence[int]) -> int:
    """Remove rows but those that something else still refers to, such as a role of which a company has made its own."""
    statement = text(f"delete from {rows.full_table} where id = any(:ids)")
    try:
        with connection.begin_nested():
            connection.execute(statement, {"ids": list(ids)})
    except IntegrityError:
        if len(ids) == 1:
            return 1
        middle = len(ids) // 2
        return _remove(connection, rows, ids[:middle]) + _remove(connection, rows, ids[middle:])
    return 0


def _forget_contents(engine: Engine, manifest: Manifest) -> None:
    """Forget the contents that nothing but the addon has named; the file store tidies away what no row names.

    One look at each table that may name files, whatever the number of contents. Former versions of other attachments
    count as naming theirs.
    """
    if not manifest.contents:
        return
    with engine.begin() as connection:
        open_all_walls(connection)
        hold_contents(connection, manifest.contents)
        for schema, table, column in connection.execute(_FILE_COLUMNS).all():
            value = f"t.{quote(column)}"
            _keep_named(
                connection,
                f"select t.company_id, {value}->>'sha256' from {quote(schema)}.{quote(table)} t "
                f"where jsonb_typeof({value}) = 'object'",
            )
        _keep_named(connection, _FORMER_VERSIONS)
        connection.execute(text(f"delete from {FILE_ROWS.full_table} where {FILE_ROWS.condition}"))


def _keep_named(connection: Connection, names: str) -> None:
    connection.execute(text(f"delete from {CONTENTS} where (company_id, sha256) in ({names})"))


_FILE_COLUMNS: Final = text("""
    select n.nspname, c.relname, a.attname
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and not c.relispartition and n.nspname !~ '^(pg_|information_schema$|core$)'
      and a.atttypid = 'jsonb'::regtype and a.attname <> 'custom' and a.attnum > 0 and not a.attisdropped
      and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'company_id')
    order by 1, 2, 3
""")
_FORMER_VERSIONS: Final = """
    select a.company_id, a.changes->'content'->'n'->>'sha256' from core.audit a
    where a.model = 'base.attachment' and exists (select from base.attachment t where t.id = a.record_id)
      and a.company_id in (select company_id from pg_temp.keyuan_contents)
"""
