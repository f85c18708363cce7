"""Purging an addon that was removed: its archive is written and read again, then everything of it goes for good.

archiving   nothing has happened yet: interrupted here, the operation is closed and the addon is removed as before
purging     the archive is whole; one transaction drops the tables and columns
clearing    what follows the number of rows in tables of the kernel goes in chunks; interrupted here, it is completed
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from core.i18n import LazyString, _
from core.lifecycle.archive import archive_path, remove_unfinished, write_archive
from core.lifecycle.archive_format import Manifest, verified
from core.lifecycle.belongings import Belongings, aside, belongings
from core.lifecycle.errors import NameNotTyped, NotRemoved, TablesInUse
from core.lifecycle.journal import Entry, exclusive, recorded
from core.lifecycle.shared_rows import (
    CONTENTS,
    FILE_ROWS,
    ROLE_ROWS,
    SharedRows,
    condition_of,
    hold_contents,
    present_rows,
)
from core.lifecycle.walls import open_all_walls
from core.orm.engine import run_script
from core.orm.kernel_tables import addon as registry
from core.orm.kernel_tables import journal
from core.orm.rls import quote

PURGE: Final = "purge"
ARCHIVING: Final = "archiving"
PURGING: Final = "purging"
CLEARING: Final = "clearing"
CHUNK: Final = 1000
_LOCK_TIMEOUT_MS: Final = 2_000
_TRIES: Final = 8
_LOCK_NOT_AVAILABLE: Final = "55P03"


@dataclass(frozen=True)
class Purged:
    """What is gone, and where it can be read again. `rows` are those of the addon's own tables."""

    archive: Path
    rows: int
    done: tuple[LazyString | str, ...]


def purge(
    owner_engine: Engine,
    name: str,
    *,
    typed: str,
    archive_folder: Path,
    by: str = "keyuan",
    files: Path | None = None,
) -> Purged:
    """Purge a removed addon; its code is not asked. `typed` is the name as the person has written it.

    `files` is the folder of the file store; without it the one beside `archive_folder`, where a deployment has both.
    Raises `NameNotTyped`, `NotRemoved`, `OperationRunning`, `TablesInUse`; whatever is raised, nothing is lost.
    """
    if typed != name:
        raise NameNotTyped(name)
    with exclusive(owner_engine) as locked:
        complete_purges(owner_engine, locked)
        version = locked.execute(
            select(registry.c.version).where(registry.c.name == name, registry.c.state == "removed")
        ).scalar()
        if version is None:
            raise NotRemoved(name)
        path = archive_path(archive_folder, name, version, datetime.now(UTC))
        with recorded(locked, PURGE, [name], by) as entry:
            entry.step(ARCHIVING, archive=str(path))
            remove_unfinished(archive_folder)
            manifest = _archived(owner_engine, name, path, by, files or archive_folder.parent / "files")
            entry.step(PURGING)
            found = _drop(owner_engine, entry, name)
            kept = _clear(owner_engine, name, manifest)
    return Purged(path, manifest.rows, tuple(_words(found, manifest, path, kept)))


def complete_purges(owner_engine: Engine, locked: Connection) -> int:
    """Complete or close what killed processes have left of a purge; gives how many. For the holder of the lock."""
    running = (
        select(journal).where(journal.c.state == "running", journal.c.kind == PURGE).order_by(journal.c.id)
    )
    rows = locked.execute(running).all()
    for row in rows:
        is_gone = row.step == CLEARING
        if is_gone:
            complete_purge(owner_engine, row.addons, Path(row.detail["archive"]))
        state = "done" if is_gone else "rolled_back"
        locked.execute(
            journal.update().where(journal.c.id == row.id).values(state=state, finished=text("now()"))
        )
    return len(rows)


def complete_purge(owner_engine: Engine, name: str, archive: Path) -> None:
    """Do what a purge does after its tables are dropped; a second time it finds nothing to do.

    Where somebody has moved the archive away, the contents of files stay in the file store.
    """
    _clear(owner_engine, name, verified(archive) if archive.is_file() else None)


def _archived(engine: Engine, name: str, path: Path, by: str, files: Path) -> Manifest:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        return write_archive(connection, belongings(connection, name), path, by=by, files=files)


def _drop(engine: Engine, entry: Entry, name: str) -> Belongings:
    """The one destructive transaction. Tables of others are waited for briefly, so that nobody has to wait for us."""
    for attempt in range(1, _TRIES + 1):
        try:
            with engine.begin() as connection:
                connection.execute(text(f"set local lock_timeout = {_LOCK_TIMEOUT_MS}"))
                found = belongings(connection, name)
                run_script(connection, list(_drops(found)))
                entry.step(CLEARING, within=connection)
            return found
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE or attempt == _TRIES:
                raise TablesInUse() from error
        time.sleep(0.25 * attempt)
    raise TablesInUse()


def _drops(found: Belongings) -> Iterator[str]:
    yield f"drop schema if exists {quote(aside(found.addon))} cascade"
    for table in sorted({one.full_table for one in found.columns}):
        own = [one.name for one in found.columns if one.full_table == table]
        yield f"alter table {table} " + ", ".join(
            f"drop column if exists {quote(name)} cascade" for name in own
        )


def _clear(engine: Engine, name: str, manifest: Manifest | None) -> int:
    """Remove the addon's rows in tables of the kernel, then its name; gives how many stay, as others refer to them."""
    with engine.begin() as connection:
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


def _words(found: Belongings, manifest: Manifest, path: Path, kept: int) -> Iterator[LazyString]:
    yield _("The archive is {path}.", path=str(path))
    yield _("Tables dropped: {tables}, rows: {rows}.", tables=len(found.tables), rows=manifest.rows)
    if found.columns:
        names = sorted(f"{one.schema}.{one.table}.{one.name}" for one in found.columns)
        yield _("Columns dropped from tables of others: {columns}.", columns=", ".join(names))
    if manifest.missing_files:
        yield _("Contents of files that were missing already: {count}.", count=len(manifest.missing_files))
    if kept:
        yield _("Rows of the kernel that stay since others refer to them: {count}.", count=kept)
