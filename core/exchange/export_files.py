"""The files of exports: beside the other files of their company, each its maker's alone, and not for long."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from core.config import make_private_folder
from core.errors import NotFound
from core.files.shelf import root_of, shelf_of
from core.i18n import _
from core.orm.env import Env

KEPT: Final = timedelta(hours=24)
_FOLDER: Final = "exports"
_NAME: Final = re.compile(r"(\d+)-(\d+)(\.part.*)?")


class ExportGone(NotFound):
    """The file was there, and is there no more."""

    default = _("This file is no longer available. Please export again.")


def file_of(env: Env, user_id: int, export_id: int) -> Path:
    """Where the file of an export lies, if it does."""
    return make_private_folder(shelf_of(env).folder / _FOLDER) / f"{user_id}-{export_id}"


def existing(env: Env, user_id: int, export_id: int) -> Path:
    """The same for a file that has to be there. Raises `ExportGone`."""
    path = file_of(env, user_id, export_id)
    if not path.is_file():
        raise ExportGone()
    return path


def draft_of(path: Path) -> Path:
    """Where a file is written before it is complete."""
    return path.with_name(f"{path.name}.part")


def kept_files(env: Env) -> Iterator[tuple[Path, int, int]]:
    """All files of exports of the company, with user and export, drafts among them."""
    for path in (shelf_of(env).folder / _FOLDER).glob("*"):
        found = _NAME.fullmatch(path.name)
        if found is not None:
            yield path, int(found[1]), int(found[2])


def remove(path: Path) -> None:
    """Remove a file, or the folder in which a workbook was being made."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def drop_files(env: Env, users: Iterable[int], *, everywhere: bool) -> None:
    """Remove what these users have exported, in this company or in all; what is being written ends by itself.

    A session that was not told where files lie leaves that to the hourly job; nothing is given out in the meantime.
    """
    root = root_of(env)
    if root is not None:
        folder = "*" if everywhere else str(env.company_id)
        for user in users:
            for path in root.glob(f"{folder}/{_FOLDER}/{user}-*"):
                remove(path)
