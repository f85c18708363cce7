"""Hanging files on records, and giving them new versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.files.keeping import register
from core.files.models import Attachment
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.stored_file import StoredFile


def attach(
    env: Env, info: ModelInfo, record_id: int, files: Sequence[StoredFile], *, kind: int | None = None
) -> list[int]:
    """Hang kept files on a record, all as documents of one kind; the ids of the attachments."""
    register(env, files)
    about = {"model": info.key, "record_id": record_id, "kind": kind}
    return env.create_many(Attachment, [{**about, "name": one.name, "content": one} for one in files])


def replace(env: Env, attachment: Any, file: StoredFile) -> bool:
    """A new version in place of the old one, which stays in the history. False where it is the same file."""
    if file == attachment.content:
        return False
    register(env, [file])
    env.write(attachment, name=file.name, content=file)
    return True
