"""Frozen databases: a whole database with its data in one small file, as a released version has left it.

A file is what `pg_dump` writes as plain SQL, compressed, without owners and without what only some versions of
PostgreSQL understand. It is loaded through an ordinary connection, so no program of the server is needed.
"""

from __future__ import annotations

import io
import lzma
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, make_url

from core.server.binaries import find_binaries
from core.server.cluster import OWNER
from core.testing.database import ScratchDatabase

ENDING: Final = ".sql.xz"
_PROGRAM: Final = ("--format=plain", "--no-owner", "--no-comments", "--no-tablespaces", "--encoding=UTF8")
_SETTINGS: Final = re.compile(r"(?:SET|SELECT pg_catalog\.set_config\()")
_NO_SQL: Final = re.compile(r"\\(?:un)?restrict |--|\s*$")
_COPY: Final = re.compile(r"COPY .* FROM stdin;$")


def freeze(database: ScratchDatabase, path: Path) -> int:
    """Write the database into the file; gives its size in bytes. `pg_dump` of the embedded server is used."""
    url = make_url(database.urls.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    program = find_binaries(None).folder / "pg_dump"
    dumped = subprocess.run([str(program), *_PROGRAM, url], capture_output=True, text=True, check=True).stdout
    packed = lzma.compress("".join(_portable(dumped)).encode(), preset=9 | lzma.PRESET_EXTREME)
    path.write_bytes(packed)
    return len(packed)


def _portable(dumped: str) -> Iterator[str]:
    """The script as every server reads it: the settings that it begins with, comments and the owner's name are left
    out.
    """
    is_data, has_begun = False, False
    owner = re.compile(rf"^(CREATE POLICY .*) TO {OWNER}\b")
    for line in io.StringIO(dumped):
        if is_data:
            yield line
            is_data = line != "\\.\n"
        elif not _NO_SQL.match(line) and (has_begun or not _SETTINGS.match(line)):
            yield owner.sub(r"\1 TO CURRENT_USER", line)
            has_begun, is_data = True, bool(_COPY.match(line))


def thaw(path: Path, engine: Engine) -> None:
    """Load the file into an empty database of the owner's, in one transaction."""
    raw = engine.raw_connection()
    try:
        cursor: Any = raw.cursor()
        cursor.execute("set search_path to ''; set check_function_bodies to false; set row_security to off")
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as script:
            for copy, text in _pieces(script):
                if copy:
                    cursor.copy_expert(copy, io.StringIO(text))
                elif text.strip():
                    cursor.execute(text)
        raw.commit()
    finally:
        raw.close()


def _pieces(script: Any) -> Iterator[tuple[str, str]]:
    """Statements, and the data of each COPY with its statement."""
    lines: list[str] = []
    copy = ""
    for line in script:
        if not copy and _COPY.match(line):
            yield "", "".join(lines)
            lines, copy = [], line
        elif copy and line == "\\.\n":
            yield copy, "".join(lines)
            lines, copy = [], ""
        else:
            lines.append(line)
    yield "", "".join(lines)
