"""Where a run keeps its databases: in memory if there is plenty, since a copy of a database is hundreds of new files,
which a disk makes ten times as slowly.

KEYUAN_TEST_FOLDER names another place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from core.config import process_environment

FOLDER_VARIABLE: Final = "KEYUAN_TEST_FOLDER"
ENOUGH: Final = 6 << 30
"""Bytes that are free: a run takes less than half of them."""
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it


@cache
def place() -> Path:
    """The folder for folders of databases, which every user may enter."""
    named = process_environment().get(FOLDER_VARIABLE)
    return Path(named) if named else _MEMORY if _is_plenty() else Path(tempfile.gettempdir())


def shared(name: str) -> Path:
    """The folder of this name; processes that share it find it where the first of them has made it."""
    known = (folder / name for folder in (_MEMORY, place()))
    return next((folder for folder in known if folder.exists()), place() / name)


def _is_plenty() -> bool:
    try:
        with open("/proc/meminfo") as lines:
            told = dict(line.split(":", 1) for line in lines)
        available = int(told["MemAvailable"].split()[0]) << 10
        return os.access(_MEMORY, os.W_OK) and min(available, shutil.disk_usage(_MEMORY).free) >= ENOUGH
    except (OSError, KeyError, ValueError):
        return False
