"""Files that wait for their import: a folder for each, below the deployment's state, removed after some days."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from core.config import make_private_folder
from core.errors import NotFound
from core.exchange.errors import FileRefused
from core.i18n import _

FOLDER: Final = "imports"
MAPPING: Final = "mapping.toml"
WRONG: Final = "wrong"
KEPT_SECONDS: Final = 7 * 24 * 3600
_NAME: Final = re.compile(r"[^/\\\0]{1,200}")
_BLOCK: Final = 1 << 20


def file_name(given: str) -> str:
    """The last part of a name as browsers send it. Raises `FileRefused` for what is no name."""
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise FileRefused(name[:40], _("this is not the name of a file."))
    return name


def keep(state_dir: Path, ticket: str, mapping: IO[bytes], files: Mapping[str, IO[bytes]]) -> Path:
    """Put an upload into a folder of its own; doing it again for the same ticket replaces it."""
    root = make_private_folder(state_dir / FOLDER)
    _sweep(root)
    folder = root / ticket
    shutil.rmtree(folder, ignore_errors=True)
    make_private_folder(folder / "files")
    _copy(mapping, folder / MAPPING)
    for name, stream in files.items():
        _copy(stream, folder / "files" / file_name(name))
    return folder


def wrong_file(folder: Path, name: str) -> Path:
    """The wrong rows of a file. Raises `NotFound` when there are none, or they have been removed."""
    path = folder / WRONG / file_name(name)
    if not path.is_file():
        raise NotFound()
    return path


def _copy(stream: IO[bytes], target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(stream, out, _BLOCK)


def _sweep(root: Path) -> None:
    """Remove what was uploaded long ago: imported data are in the database, and these files may hold anything."""
    limit = time.time() - KEPT_SECONDS
    for folder in root.iterdir():
        if folder.is_dir() and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
