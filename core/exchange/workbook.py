"""Workbooks (.xlsx): refused where they could do harm, else read row by row from a process of their own."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import IO, Any, Final

from core.exchange import sheet_process
from core.exchange.errors import FileRefused
from core.i18n import LazyString, _

MAX_PARTS: Final = 2000
MAX_INFLATED: Final = 800 << 20
MAX_RATIO_BYTES: Final = 64 << 20
"""Below this size a part may be packed as tightly as it likes; above it, not more than 200 to 1."""
MEMORY_MB: Final = 3072
CPU_SECONDS: Final = 180
_HEAD: Final = 65_536
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END: Final = b"PK\x05\x06"
ZIP: Final = b"PK"


def is_workbook(path: Path) -> bool:
    """Whether the content, whatever the name says, is a zip or an old Office file."""
    with path.open("rb") as stream:
        head = stream.read(8)
    return head.startswith(ZIP) or head == _OLE


def check_workbook(path: Path) -> None:
    """Refuse what is no plain workbook within the limits. Reads the table of contents and the head of each part."""
    with path.open("rb") as stream:
        if stream.read(8) == _OLE:
            raise FileRefused(
                path.name,
                _("the workbook is encrypted, or of the old .xls kind. Save it as .xlsx without a password."),
            )
        if _declared_parts(stream) > MAX_PARTS:
            raise FileRefused(path.name, _("the workbook has too many parts."))
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path, archive)
    except (zipfile.BadZipFile, struct.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, reason: str) -> FileRefused:
    return FileRefused(path.name, _("the workbook is damaged ({reason}).", reason=reason[:200]))


def _declared_parts(stream: IO[bytes]) -> int:
    """The number of parts by the end record, before the list of them is read into memory."""
    size = stream.seek(0, 2)
    stream.seek(max(size - 65_557, 0))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        return 0
    count, length = (
        struct.unpack("<H", tail[at + 10 : at + 12])[0],
        struct.unpack("<I", tail[at + 12 : at + 16])[0],
    )
    return max(count, length // 46) if length < 0xFFFFFFFF else MAX_PARTS + 1


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise FileRefused(path.name, _("this is not an .xlsx workbook."))
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(path.name, _("the workbook is encrypted."))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused(path.name, _("the workbook contains macros. Save it as .xlsx."))
    if any(name.startswith("xl/externallinks/") for name in names):
        raise FileRefused(path.name, _("the workbook links to other files. Save it with values only."))
    total = sum(part.file_size for part in parts)
    tight = any(p.file_size > MAX_RATIO_BYTES and p.file_size > 200 * max(p.compress_size, 1) for p in parts)
    if total > MAX_INFLATED or tight:
        raise FileRefused(
            path.name,
            _("the workbook unpacks to more than is allowed ({limit} MB).", limit=MAX_INFLATED >> 20),
        )
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                head = stream.read(_HEAD).replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise FileRefused(
                    path.name, _("the workbook contains a document type declaration, which is not allowed.")
                )


def sheet_rows(path: Path, sheet: str | None) -> Generator[list[str], None, None]:
    """The rows of one sheet, the first where none is named, as texts. Raises `FileRefused` when it is too much."""
    check_workbook(path)
    command = [
        sys.executable,
        str(Path(sheet_process.__file__)),
        str(path),
        sheet or "",
        str(MEMORY_MB),
        str(CPU_SECONDS),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    assert process.stdout is not None
    is_whole = False
    try:
        for line in process.stdout:
            found: Any = json.loads(line)
            if isinstance(found, list):
                yield found
                continue
            if found["problem"] is not None:
                raise FileRefused(path.name, _problem(found))
            is_whole = True
        if not is_whole:
            raise FileRefused(path.name, _("the workbook needs more memory or time than is allowed."))
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _problem(found: dict[str, Any]) -> LazyString:
    if found["problem"] == "sheet":
        return _("there is no such sheet; there are: {names}.", names=", ".join(found["names"][:20]))
    return _("the workbook is damaged ({reason}).", reason=str(found["reason"])[:200])
