"""PostgreSQL's programs for clients, `pg_dump` and `pg_restore`, and how they are told where to connect."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from core.config import process_environment
from core.server.binaries import folders_of_programs

_CLIENTS: Final = ("pg_dump", "pg_restore")


def client_programs(configured: Path | None, major: int) -> Path | None:
    """A folder with the programs of this major version: only these read and write all that such a server has."""
    folders = iter([configured]) if configured is not None else folders_of_programs("pg_dump")
    return next((folder for folder in folders if _major(folder) == major), None)


def _major(folder: Path) -> int | None:
    if not all(os.access(folder / program, os.X_OK) for program in _CLIENTS):
        return None
    answer = subprocess.run(
        [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(version[1]) if version else None


def address_of(url: str, **settings: str) -> tuple[str, dict[str, str]]:
    """The address for a program, and its environment: the password and `settings` of the session (PGOPTIONS) are not
    for everybody who may list the processes of the machine.
    """
    parts = make_url(url).set(drivername="postgresql")
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    environment = process_environment(PGPASSWORD=str(parts.password or ""), PGOPTIONS=options)
    return parts._replace(password=None).render_as_string(hide_password=False), environment
