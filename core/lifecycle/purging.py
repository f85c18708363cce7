"""Purging an addon that was removed: its archive is written and read again, then everything of it goes for good.

archiving   nothing has happened yet: interrupted here, the operation is closed and the addon is removed as before
purging     the archive is whole; one transaction drops the tables and columns
clearing    what follows the number of rows in tables of the kernel goes in chunks (`clearing`), and is completed by
            whoever takes it up
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from core.i18n import LazyString, _
from core.lifecycle.archives.format import Manifest
from core.lifecycle.archives.writing import archive_path, remove_unfinished, write_archive
from core.lifecycle.belongings import Belongings, aside, belongings
from core.lifecycle.clearing import CLEARING, PURGE, clear, clear_rest
from core.lifecycle.errors import NameNotTyped, NotRemoved, TablesInUse
from core.lifecycle.generation import removed_addons
from core.lifecycle.journal import ARCHIVING, LEAVING, PURGING, Entry, exclusive, recorded, settle, unfinished
from core.lifecycle.leaving import leave
from core.lifecycle.patience import patiently
from core.orm.engine import run_script
from core.orm.rls import quote


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
    Raises `NameNotTyped`, `NotRemoved`, `OperationRunning`, and `TablesInUse` also while a process of an older
    generation works with the addon; whatever is raised before the tables are dropped, nothing is lost.
    """
    if typed != name:
        raise NameNotTyped(name)
    with exclusive(owner_engine) as locked:
        _take_up(owner_engine, locked)
        with owner_engine.connect() as connection:
            version = removed_addons(connection).get(name)
        if version is None:
            raise NotRemoved(name)
        _refuse_while_served(owner_engine, locked, name)
        path = archive_path(archive_folder, name, version, datetime.now(UTC))
        with recorded(locked, PURGE, [name], by) as entry:
            entry.step(ARCHIVING, archive=str(path))
            remove_unfinished(archive_folder)
            manifest = _archived(owner_engine, name, path, by, files or archive_folder.parent / "files")
            entry.step(PURGING)
            found = patiently(owner_engine, lambda connection: _drop(connection, entry, name))
            kept = clear(owner_engine, name, manifest)
    return Purged(path, manifest.rows, tuple(_words(found, manifest, path, kept)))


def _take_up(engine: Engine, locked: Connection) -> None:
    """Purges that were interrupted, of this addon perhaps. Operations that need code are no matter here."""
    for operation in unfinished(locked):
        if operation.kind == PURGE:
            if operation.committed:
                clear_rest(engine, operation)
            settle(locked, operation)


def _refuse_while_served(engine: Engine, locked: Connection, name: str) -> None:
    for operation in unfinished(locked):
        if (operation.kind, operation.step) == ("remove", LEAVING) and name in operation.names:
            if not leave(engine, locked, operation, wait=0):
                raise TablesInUse()
            settle(locked, operation)


def _archived(engine: Engine, name: str, path: Path, by: str, files: Path) -> Manifest:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        return write_archive(connection, belongings(connection, name), path, by=by, files=files)


def _drop(connection: Connection, entry: Entry, name: str) -> Belongings:
    """The one destructive transaction."""
    found = belongings(connection, name)
    run_script(connection, list(_drops(found)))
    entry.step(CLEARING, within=connection)
    return found


def _drops(found: Belongings) -> Iterator[str]:
    yield f"drop schema if exists {quote(aside(found.addon))} cascade"
    for table in sorted({one.full_table for one in found.columns}):
        own = [one.name for one in found.columns if one.full_table == table]
        yield f"alter table {table} " + ", ".join(
            f"drop column if exists {quote(name)} cascade" for name in own
        )


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
