"""Where contents lie: below the deployment's state, a folder for each company, each content under its hash.

    files/<company>/ab/ab03…      a content, once, whatever the number of records that have it
    files/<company>/incoming/…    being received; nothing of it counts before it is complete
    files/<company>/exports/…     exports that wait to be fetched; see core.exchange.export_files

A content is put here before the transaction that names it commits. What no row names is removed by a job, after
`GRACE`: a failed request leaves a content without a row for that long, never a row without a content.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

from core.config import Config, make_private_folder
from core.files.errors import ContentMissing
from core.orm.env import Env
from core.server.locks import EXCLUSIVE, SHARED, lock

GRACE: Final = timedelta(days=7)
BLOCK: Final = 1 << 20
BATCH: Final = 200
PATIENCE: Final = 60.0
"""Seconds that a reader of the folder waits for the job that tidies it, and the other way round."""
_FOLDER: Final = "files"
_SETTING: Final = "keyuan.files"
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The contents of one company."""

    folder: Path

    def put(self, stream: IO[bytes]) -> tuple[str, int]:
        """Keep what the stream holds from here on; gives its SHA-256 and size. Memory is bounded by a block."""
        incoming = make_private_folder(self.folder / "incoming")
        draft = incoming / secrets.token_hex(16)
        try:
            digest, size = _copied(stream, draft)
            with self._locked(SHARED):
                make_private_folder(self.path(digest).parent)
                os.replace(draft, self.path(digest))  # also over the same content: its time begins anew
        finally:
            draft.unlink(missing_ok=True)
        return digest, size

    def path(self, sha256: str) -> Path:
        """Where a content lies, if it does."""
        if not _HASH.fullmatch(sha256):
            raise ContentMissing()
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def existing(self, sha256: str) -> Path:
        """The same for a content that has to be there. Raises `ContentMissing`."""
        path = self.path(sha256)
        if not path.is_file():
            raise ContentMissing()
        return path

    def untouched(self, since: float) -> Iterator[list[str]]:
        """Hashes of contents that nobody has put here since a moment (seconds since 1970), in batches."""
        batch: list[str] = []
        for path in self.folder.glob("??/*"):
            if _HASH.fullmatch(path.name) and _is_older(path, since):
                batch.append(path.name)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def remove(self, hashes: Iterable[str], since: float) -> int:
        """Remove contents, but those that somebody has put here again since; gives how many."""
        removed = 0
        with self._locked(EXCLUSIVE):
            for one in hashes:
                if _is_older(self.path(one), since):
                    self.path(one).unlink(missing_ok=True)
                    removed += 1
        return removed

    def remove_unfinished(self, since: float) -> None:
        """Remove what was never received to its end: the process died."""
        for path in (self.folder / "incoming").glob("*"):
            if _is_older(path, since):
                path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, mode: int) -> Iterator[None]:
        """Between putting a content here and removing an old one of the same hash, one waits for the other."""
        make_private_folder(self.folder)
        held = lock(self.folder / ".lock", mode, PATIENCE)
        if held is None:
            raise TimeoutError(f"{self.folder} is locked for more than {PATIENCE:.0f} seconds")
        try:
            yield
        finally:
            os.close(held)


def _copied(stream: IO[bytes], draft: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False


def shelves(config: Config) -> dict[str, Any]:
    """What a session has to be told, so that its Envs find the contents: see `session_factory`."""
    return {_SETTING: config.state_dir / _FOLDER}


def root_of(env: Env) -> Path | None:
    """The folder with the folders of all companies; None for a session that was not told where it is."""
    found: Path | None = env.session.info.get(_SETTING)
    return found


def shelf_of(env: Env) -> Shelf:
    """The contents of the Env's company."""
    root = root_of(env)
    if root is None:
        raise LookupError(
            "this session was not told where files lie: session_factory(engine, shelves(config))"
        )
    return Shelf(root / str(env.company_id))
