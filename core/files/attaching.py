"""Hanging files on records, replacing them, and looking back at what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.errors import NotFound
from core.files.keeping import register
from core.files.models import Attachment
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.history import as_stored, entries_of
from core.orm.stored_file import StoredFile

MOST_VERSIONS: Final = 100


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it was from `at` on; `number` is the version of its record."""

    number: int
    file: StoredFile
    at: datetime
    who: str | None


def attach(env: Env, info: ModelInfo, record_id: int, files: Sequence[StoredFile]) -> list[int]:
    """Hang kept files on a record; the ids of the attachments."""
    register(env, files)
    rows = [{"model": info.key, "record_id": record_id, "name": one.name, "content": one} for one in files]
    return env.create_many(Attachment, rows)


def replace(env: Env, attachment: Any, file: StoredFile) -> None:
    """Another content in place of the old one, which stays in the history."""
    register(env, [file])
    env.write(attachment, name=file.name, content=file)


def versions(env: Env, info: ModelInfo, record_id: int, field: str) -> tuple[list[Version], bool]:
    """The files that a field has held, newest first, and whether there are older ones than those given."""
    found = []
    for entry in entries_of(env, info, record_id, limit=MOST_VERSIONS + 1):
        value = entry.changes.get(field, {}).get("n")
        if value is not None:
            stored = as_stored(info.fields[field], value)
            found.append(Version(entry.version, stored, entry.at, entry.user_name))
    return found[:MOST_VERSIONS], len(found) > MOST_VERSIONS


def version(env: Env, info: ModelInfo, record_id: int, field: str, number: int) -> StoredFile:
    """The file that a field got with one version of its record. Raises `NotFound` where it got none."""
    for entry in entries_of(env, info, record_id, since=number - 1, until=number, limit=1):
        value = entry.changes.get(field, {}).get("n")
        if value is not None:
            stored: StoredFile = as_stored(info.fields[field], value)
            return stored
    raise NotFound()
