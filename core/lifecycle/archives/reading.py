"""Reading an archive back, after its addon was installed afresh: all of it in one transaction, or nothing.

Records keep their ids, so that links, attachments and the audit know them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from core.files.shelf import Shelf
from core.i18n import LazyString, _
from core.lifecycle.archives.format import CONTENT, Manifest, Member, verified
from core.lifecycle.archives.shared import put_shared
from core.lifecycle.archives.shared_rows import FILE_ROWS, SHARED_ROWS
from core.lifecycle.archives.staging import (
    Missing,
    Staged,
    fill,
    foreign_keys,
    put,
    raise_identity,
    stage,
    without_missing,
)
from core.lifecycle.errors import ArchiveRefused, TablesInUse, UnknownAddon
from core.lifecycle.generation import installed_addons
from core.lifecycle.journal import FINISHING, exclusive, recorded
from core.lifecycle.site import Site
from core.lifecycle.taking_up import take_up
from core.lifecycle.walls import open_all_walls
from core.modules.manifest import parse_version
from core.orm.compose import Composition
from core.orm.rls import quote

READING: Final = "reading"
_LOCK_TIMEOUT_MS: Final = 15_000
_LOCK_NOT_AVAILABLE: Final = "55P03"


@dataclass(frozen=True)
class ArchiveRead:
    """What came back. `rows` are those of the addon's own tables, `shared` those in tables of the kernel, `filled`
    those of others that have their values again.
    """

    addon: str
    rows: int
    shared: int
    filled: int
    contents: int
    missing: tuple[Missing, ...]

    @property
    def words(self) -> Iterator[LazyString]:
        yield _("Rows read back: {rows}, of the kernel: {shared}, of others: {filled}, contents of files: {contents}.",
                rows=self.rows, shared=self.shared, filled=self.filled, contents=self.contents)  # fmt: skip
        for one in self.missing:
            names = {
                "table": one.table,
                "columns": ", ".join(one.columns),
                "target": one.target,
                "rows": one.rows,
            }
            if one.is_left_out:
                yield _(
                    "{table}: {rows} rows are left out, since what {columns} names in {target} is gone.",
                    **names,
                )
            else:
                yield _(
                    "{table}: {columns} is empty in {rows} rows, since what it named in {target} is gone.",
                    **names,
                )


def read_archive(
    owner_engine: Engine,
    composition: Composition,
    app_role: str,
    path: Path,
    by: str,
    *,
    files: Path | None = None,
) -> ArchiveRead:
    """Read an archive into the tables of its addon, which is installed and has no row yet.

    `files` is the folder of the file store; without it contents stay in the archive. Raises `ArchiveRefused`,
    `UnknownAddon` where the addon is not installed, `OperationRunning`, `TablesInUse`; nothing is changed then.
    """
    manifest = verified(path)
    if manifest.addon not in composition.addons:
        raise UnknownAddon(manifest.addon)
    with exclusive(owner_engine) as locked:
        take_up(Site(owner_engine, locked, app_role, composition))
        with recorded(locked, "read_archive", [manifest.addon], by) as entry:
            entry.step(READING, archive=str(path))
            try:
                with owner_engine.begin() as connection, ZipFile(path) as archive:
                    read = _Reading(connection, archive, path, manifest).run(files)
                    entry.step(FINISHING, within=connection)
            except OperationalError as error:
                if getattr(error.orig, "pgcode", None) == _LOCK_NOT_AVAILABLE:
                    raise TablesInUse() from error
                raise
            except (DBAPIError, owner_engine.dialect.loaded_dbapi.Error) as error:
                problem = str(getattr(error, "orig", error)).partition("\n")[0]
                text_ = _("the database does not take it ({problem}).", problem=problem)
                raise ArchiveRefused(path.name, text_) from error
    return read


class _Reading:
    """One transaction: everything is checked, put beside the tables, cleaned, and then taken over."""

    def __init__(self, connection: Connection, archive: ZipFile, path: Path, manifest: Manifest) -> None:
        self.connection, self.archive, self.path, self.manifest = connection, archive, path, manifest

    def run(self, files: Path | None) -> ArchiveRead:
        self._open()
        members = [one for one in self.manifest.members if one.kind != "file"]
        self._refuse_strange(members)
        self._hold_empty([one for one in members if one.kind == "table"])
        staged = stage(self.connection, self.archive, members)
        of = {
            kind: [one for one in staged if one.member.kind == kind] for kind in ("table", "columns", "rows")
        }
        shared, missing = put_shared(self.connection, self.path, self.manifest, of["rows"])
        rest = [*of["table"], *of["columns"]]
        keys = foreign_keys(self.connection, rest)
        missing += without_missing(self.connection, rest, keys)
        rows = put(self.connection, of["table"], keys)
        for one in of["table"]:
            raise_identity(self.connection, one)
        filled = sum(self._fill(one, missing) for one in of["columns"])
        contents = sum(1 for _content in self._contents(files)) if files is not None else 0
        return ArchiveRead(self.manifest.addon, rows, shared, filled, contents, tuple(missing))

    def _refuse(self, why: LazyString) -> ArchiveRefused:
        return ArchiveRefused(self.path.name, why)

    def _open(self) -> None:
        connection = self.connection
        connection.execute(text(f"set local lock_timeout = {_LOCK_TIMEOUT_MS}"))
        open_all_walls(connection)
        installed = installed_addons(connection).get(self.manifest.addon)
        if installed is None:
            raise UnknownAddon(self.manifest.addon)
        if parse_version(self.manifest.version) > parse_version(installed):
            raise self._refuse(
                _("it belongs to version {archived} of the addon, and {installed} is installed.",
                  archived=self.manifest.version, installed=installed)
            )  # fmt: skip

    def _refuse_strange(self, members: Sequence[Member]) -> None:
        """An archive may name the addon's own tables and columns, and the kernel's tables that are known to have rows
        of addons: nothing else, whoever has made it.
        """
        own = self.manifest.addon
        shared = {(one.schema, one.table) for one in (*SHARED_ROWS, FILE_ROWS)}
        for one in members:
            known = {
                "table": one.schema == own,
                "columns": one.schema != own and one.names[:1] == ("id",)
                and all(name.startswith(f"{own}__") for name in one.names[1:] if name != "company_id"),
                "rows": (one.schema, one.table) in shared,
            }  # fmt: skip
            missing = [name for name in one.names if name not in self._columns(one)]
            if not known[one.kind] or not one.names:
                raise self._refuse(_("{table} is not the addon's.", table=one.place))
            if missing:
                raise self._refuse(
                    _("the installed version of the addon has no column {columns} in {table}. Install version "
                      "{version} of it, read the archive, and upgrade then.",
                      columns=", ".join(missing), table=one.place, version=self.manifest.version)
                )  # fmt: skip
        if len({(one.kind, one.place) for one in members}) < len(members):
            raise self._refuse(_("a table is in it twice."))

    def _columns(self, member: Member) -> set[str]:
        found = self.connection.execute(
            text(
                "select column_name from information_schema.columns where table_schema = :s and table_name = :t"
            ),
            {"s": member.schema, "t": member.table},
        )
        return set(found.scalars())

    def _hold_empty(self, members: Sequence[Member]) -> None:
        """Nobody else writes into the addon's tables until the end; readers go on."""
        for one in members:
            table = f"{quote(one.schema)}.{quote(one.table)}"
            self.connection.exec_driver_sql(f"lock table {table} in share row exclusive mode")
            if self.connection.exec_driver_sql(f"select exists (select from {table})").scalar():
                raise self._refuse(
                    _("{table} has rows already. An archive is read into an addon that was just installed.",
                      table=one.place)
                )  # fmt: skip

    def _fill(self, one: Staged, missing: list[Missing]) -> int:
        names = [name for name in one.member.names if name not in ("id", "company_id")]
        staged = int(self.connection.exec_driver_sql(f"select count(*) from {one.name}").scalar_one())
        filled = fill(self.connection, one, names)
        if filled < staged:
            lost = staged - filled
            missing.append(Missing(one.member.place, tuple(names), one.member.place, lost, is_left_out=True))
        return filled

    def _contents(self, files: Path) -> Iterator[str]:
        for one in self.manifest.members:
            found = CONTENT.fullmatch(one.path)
            if found is not None:
                with self.archive.open(one.path) as stream:
                    yield Shelf(files / found["company"]).put(stream)[0]
