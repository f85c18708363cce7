"""What an archive of a purged addon is: a zip with a list of its members, told in docs/reference/archive.md.

Nothing here knows the database. `verified` reads every byte again and is asked twice: before anything is dropped, and
before anything is read back.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Literal

from core.i18n import LazyString, _
from core.lifecycle.errors import ArchiveRefused

FORMAT: Final = 1
"""Raise when a reader of the former format would misunderstand the new one."""
MANIFEST: Final = "manifest.json"
BLOCK: Final = 1 << 20
_LONGEST_MANIFEST: Final = 256 << 20

Kind = Literal["table", "columns", "rows", "file"]
KINDS: Final = ("table", "columns", "rows", "file")
CONTENT: Final = re.compile(r"files/(?P<company>\d{1,18})/(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True)
class Member:
    """One file of the archive. A `table` is the addon's own, `columns` are its columns on somebody else's table,
    `rows` are its rows in a table of the kernel, a `file` is a content that records name.
    """

    path: str
    kind: Kind
    size: int
    sha256: str
    schema: str = ""
    """As it is called while the addon is installed, not while it is set aside."""
    table: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    """Name and type, in the order of the file."""
    rows: int = 0
    last_id: int | None = None
    """The highest id that was ever given in a table of the addon, so that none is given twice."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _type in self.columns)

    @property
    def place(self) -> str:
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True)
class Manifest:
    """The list: what is in the archive, of which addon, who made it and when."""

    addon: str
    version: str
    kernel: str
    made_at: str
    by: str
    members: tuple[Member, ...]
    missing_files: tuple[str, ...] = field(default=())
    """Contents that records name and the file store no longer had."""

    @property
    def rows(self) -> int:
        """In the addon's own tables."""
        return sum(one.rows for one in self.members if one.kind == "table")

    @property
    def contents(self) -> tuple[tuple[int, str], ...]:
        """Company and hash of the contents in the archive."""
        found = (CONTENT.fullmatch(one.path) for one in self.members)
        return tuple((int(one["company"]), one["sha256"]) for one in found if one is not None)

    def as_json(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()


class Tally:
    """What went through: size, hash, and for CSV the number of records, of which quoted line ends are no end.

    Counted apart from the server's own count, so that the two can be compared.
    """

    def __init__(self, out: IO[bytes] | None = None) -> None:
        self.size, self.lines = 0, 0
        self._out, self._digest, self._is_quoted = out, hashlib.sha256(), False

    def write(self, block: bytes) -> int:
        self.size += len(block)
        self._digest.update(block)
        first, *others = block.split(b'"')
        self.lines += 0 if self._is_quoted else first.count(b"\n")
        for part in others:
            self._is_quoted = not self._is_quoted
            self.lines += 0 if self._is_quoted else part.count(b"\n")
        if self._out is not None:
            self._out.write(block)
        return len(block)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def records(self) -> int:
        """Without the line of names."""
        return self.lines - 1


def verified(path: Path) -> Manifest:
    """The list of an archive of which every member is there, and as it was written. Raises `ArchiveRefused`."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest_of(path, archive)
            for problem in _problems(archive, manifest):
                raise ArchiveRefused(path.name, problem)
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ArchiveRefused(path.name, _("it cannot be read as a whole zip file.")) from error
    return manifest


def _manifest_of(path: Path, archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if names.count(MANIFEST) != 1 or archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
        raise ArchiveRefused(
            path.name, _("it has no {name}, so it is no archive of an addon.", name=MANIFEST)
        )
    try:
        told: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if told["format"] != FORMAT:
            text = _("its format is {format}; this version reads format {known}.",
                     format=str(told["format"])[:20], known=FORMAT)  # fmt: skip
            raise ArchiveRefused(path.name, text)
        members = tuple(_member(one) for one in told.pop("members"))
        texts = {name: str(told[name]) for name in ("addon", "version", "kernel", "made_at", "by")}
        return Manifest(**texts, members=members, missing_files=tuple(map(str, told["missing_files"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveRefused(path.name, _("its {name} is damaged.", name=MANIFEST)) from error


def _member(told: dict[str, Any]) -> Member:
    columns = tuple((str(name), str(kind)) for name, kind in told.pop("columns"))
    found = Member(columns=columns, **told)
    numbers = (found.size, found.rows, found.last_id or 0)
    texts = (found.path, found.sha256, found.schema, found.table)
    if found.kind not in KINDS or not all(isinstance(one, int) for one in numbers):
        raise ValueError(found.kind)
    if not all(isinstance(one, str) for one in texts) or (found.kind == "file") != bool(
        CONTENT.fullmatch(found.path)
    ):
        raise ValueError(found.path)
    return found


def _problems(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[LazyString]:
    told = [MANIFEST, *(one.path for one in manifest.members)]
    there = archive.namelist()
    for path in sorted({*told} ^ {*there}):
        yield _("{member} is missing from it, or does not belong to it.", member=path)
    if len(there) != len(told):
        yield _("a member is in it twice.")
    for one in manifest.members:
        tally = _read(archive, one)
        if (tally.sha256, tally.size) != (one.sha256, one.size):
            yield _("{member} is not as it was written.", member=one.path)
        if one.kind != "file" and tally.records != one.rows:
            yield _("{member} has {found} rows, but {told} are told.",
                    member=one.path, found=tally.records, told=one.rows)  # fmt: skip


def _read(archive: zipfile.ZipFile, member: Member) -> Tally:
    tally = Tally()
    if archive.getinfo(member.path).file_size == member.size:  # a forged one must not be unpacked without end
        with archive.open(member.path) as stream:
            while block := stream.read(BLOCK):
                tally.write(block)
    return tally
