"""Writing the archive of a removed addon before it is purged: see docs/reference/archive.md.

Everything is streamed: rows go from the server through the zip to the disk in blocks, and contents of files likewise.
The archive has its name only when it is whole and on the disk.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

import core
from core.config import make_private_folder
from core.files.shelf import Shelf
from core.lifecycle.archives.format import BLOCK, MANIFEST, Kind, Manifest, Member, Tally, verified
from core.lifecycle.archives.shared_rows import CONTENTS, FILE_ROWS, condition_of, hold_contents, present_rows
from core.lifecycle.belongings import Belongings
from core.lifecycle.walls import open_all_walls
from core.orm.engine import run_script
from core.orm.rls import quote

FOLDER: Final = "archives"
"""Below the deployment's state."""
_PART: Final = ".part"

_COLUMNS = text("""
    select a.attname, format_type(a.atttypid, a.atttypmod)
    from pg_attribute a where a.attrelid = cast(:table as regclass) and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = ''
    order by a.attnum
""")
"""What the server computes itself is not archived."""
_FILE_KEYS: Final = "array['name', 'type', 'size', 'sha256']"


@dataclass(frozen=True)
class Source:
    """What becomes one CSV: a table as it lies in the database, some of its columns and rows."""

    kind: Kind
    schema: str
    table: str
    place: str
    """The schema where it lies now; `schema` is the one that the archive names."""
    columns: tuple[tuple[str, str], ...]
    where: str = ""

    @property
    def full_table(self) -> str:
        return f"{quote(self.place)}.{quote(self.table)}"

    @property
    def path(self) -> str:
        return f"{self.kind}/{self.schema}.{self.table}.csv"


def archive_path(folder: Path, addon: str, version: str, at: datetime) -> Path:
    """Where the archive of a moment belongs; a further one of the same second has a number."""
    name = f"{addon}-{version}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(path for one in names if not (path := folder / f"{one}.zip").exists())


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes have left half written. For the holder of the deployment's lock."""
    for path in folder.glob(f".*{_PART}"):
        path.unlink(missing_ok=True)


def write_archive(
    connection: Connection, found: Belongings, path: Path, *, by: str = "keyuan", files: Path | None = None
) -> Manifest:
    """Write the archive of an addon that is set aside, read it again, and give its list.

    `connection` is the owner's, in a transaction that shows one moment (repeatable read) and is rolled back afterwards.
    `files` is the folder of the file store; without it contents are told as missing. Raises `ArchiveRefused` when what
    was written is not what the server sent, and leaves no file then.
    """
    see_everything(connection, found)
    version = connection.execute(text("select version from core.addon where name = :n"), {"n": found.addon})
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(found.addon, str(version.scalar() or "0"), core.__version__, made_at, by, ())
    draft = make_private_folder(path.parent) / f".{path.name}{_PART}"
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                manifest = _filled(connection, archive, manifest, found, files)
                archive.writestr(MANIFEST, manifest.as_json())
            out.flush()
            os.fsync(out.fileno())
        verified(draft)
        os.link(draft, path)  # never over an archive that is there
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return manifest


def see_everything(connection: Connection, found: Belongings) -> None:
    """Let this transaction read every row.

    The walls between companies are forced upon the owner as well. Around tables that are set aside they are let down
    until the transaction ends: nobody else may enter them, so the lock this takes stops nobody, and no row can be
    missed whatever company it names. On tables that people work with such a lock would stop them, so there the wall
    is opened for all companies instead, the way it is opened for each of them.
    """
    open_all_walls(connection)
    run_script(connection, "set local datestyle to 'ISO'; set local intervalstyle to 'iso_8601'; "
                           "set local extra_float_digits to 3; set local bytea_output to 'hex'")  # fmt: skip
    if found.is_aside:
        names = [f"{quote(one.schema)}.{quote(one.name)}" for one in found.tables]
        run_script(connection, [f"alter table {name} no force row level security" for name in names])


def _filled(
    connection: Connection,
    archive: zipfile.ZipFile,
    manifest: Manifest,
    found: Belongings,
    files: Path | None,
) -> Manifest:
    sources = [*_own_tables(connection, found), *_columns_on_others(connection, found)]
    rows = list(_shared(connection, found))
    hold_contents(connection)
    for source in (*sources, *rows):
        _note_contents(connection, source)
    file_rows = _source(connection, "rows", FILE_ROWS.schema, FILE_ROWS.table, where=FILE_ROWS.condition)
    members = [_copied(connection, archive, source) for source in (*sources, *rows, file_rows)]
    missing = []
    for company, sha256 in connection.execute(
        text(f"select company_id, sha256 from {CONTENTS} order by 1, 2")
    ).all():
        content = files and Shelf(files / str(company)).path(sha256)
        if content is not None and content.is_file():
            members.append(_stored(archive, f"files/{company}/{sha256}", content))
        else:
            missing.append(f"{company}/{sha256}")
    return replace(manifest, members=tuple(members), missing_files=tuple(missing))


def _source(connection: Connection, kind: Kind, schema: str, table: str, *, place: str = "", where: str = "",
            only: tuple[str, ...] = ()) -> Source:  # fmt: skip
    place = place or schema
    rows = connection.execute(_COLUMNS, {"table": f"{quote(place)}.{quote(table)}"})
    columns = tuple((name, kind_) for name, kind_ in rows if not only or name in only)
    return Source(kind, schema, table, place, columns, where)


def _own_tables(connection: Connection, found: Belongings) -> Iterator[Source]:
    for one in found.tables:
        yield _source(connection, "table", found.addon, one.name, place=one.schema)


def _columns_on_others(connection: Connection, found: Belongings) -> Iterator[Source]:
    for schema, table in sorted({(one.schema, one.table) for one in found.columns}):
        own = [one.name for one in found.columns if (one.schema, one.table) == (schema, table)]
        where = " or ".join(f"{quote(name)} is not null" for name in own)
        yield _source(connection, "columns", schema, table, where=where, only=("id", "company_id", *own))


def _shared(connection: Connection, found: Belongings) -> Iterator[Source]:
    for one in present_rows(connection):
        if one.is_archived:
            yield _source(connection, "rows", one.schema, one.table, where=condition_of(one, found.addon))


def _note_contents(connection: Connection, source: Source) -> None:
    """Remember the contents that values of kind `file` name. They look like no other value."""
    kinds = dict(source.columns)
    for name in (one for one, kind in kinds.items() if kind == "jsonb" and one != "custom"):
        if "company_id" in kinds:
            sha256 = f"{quote(name)}->>'sha256'"
            connection.execute(
                text(f"insert into {CONTENTS} select distinct company_id, {sha256} from {source.full_table} "
                     f"where jsonb_typeof({quote(name)}) = 'object' and {quote(name)} ?& {_FILE_KEYS} "
                     f"and {sha256} ~ '^[0-9a-f]{{64}}$' and ({source.where or 'true'}) on conflict do nothing")
            )  # fmt: skip


def _copied(connection: Connection, archive: zipfile.ZipFile, source: Source) -> Member:
    columns = ", ".join(quote(name) for name, _type in source.columns)
    query = f"select {columns} from {source.full_table} where {source.where or 'true'}"
    cursor: Any = connection.connection.cursor()
    try:
        with archive.open(source.path, "w", force_zip64=True) as out:
            tally = Tally(out)
            cursor.copy_expert(f"copy ({query}) to stdout with (format csv, header)", tally, BLOCK)
        rows = int(cursor.rowcount)
    finally:
        cursor.close()
    last_id = _last_id(connection, source) if source.kind == "table" else None
    return Member(
        source.path,
        source.kind,
        tally.size,
        tally.sha256,
        source.schema,
        source.table,
        source.columns,
        rows,
        last_id,
    )


def _last_id(connection: Connection, source: Source) -> int | None:
    name = text("select pg_get_serial_sequence(:table, 'id')")
    has_id = any(column == "id" for column, _type in source.columns)
    sequence = connection.execute(name, {"table": source.full_table}).scalar() if has_id else None
    if sequence is None:
        return None
    last: int = connection.execute(text(f"select last_value from {sequence}")).scalar_one()
    return last


def _stored(archive: zipfile.ZipFile, path: str, content: Path) -> Member:
    """A content as it is: most kinds of files are compressed already."""
    entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    with content.open("rb") as stream, archive.open(entry, "w", force_zip64=True) as out:
        tally = Tally(out)
        while block := stream.read(BLOCK):
            tally.write(block)
    return Member(path, "file", tally.size, tally.sha256)


def _sync_folder(folder: Path) -> None:
    """Make the new name last, not only what it names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
