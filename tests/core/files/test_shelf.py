"""Contents by hash: put once, found again, tidied only when old and unnamed."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from core.files.errors import ContentMissing
from core.files.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "files" / "1")


def age(shelf: Shelf, sha256: str) -> None:
    os.utime(shelf.path(sha256), (1, 1))


def test_a_content_lies_under_its_hash_once(shelf: Shelf) -> None:
    first, second = shelf.put(io.BytesIO(b"hello")), shelf.put(io.BytesIO(b"hello"))
    assert first == second == (hashlib.sha256(b"hello").hexdigest(), 5)
    assert shelf.existing(first[0]).read_bytes() == b"hello"
    assert len(list(shelf.folder.glob("??/*"))) == 1
    assert list((shelf.folder / "incoming").iterdir()) == []
    assert shelf.existing(first[0]).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "..", "../../x", "a" * 63, "A" * 64, "/etc/passwd", "a" * 64 + "\n"])
def test_what_is_no_hash_leads_nowhere(shelf: Shelf, name: str) -> None:
    with pytest.raises(ContentMissing):
        shelf.path(name)


def test_a_missing_content_is_said(shelf: Shelf) -> None:
    assert not shelf.has("a" * 64)
    with pytest.raises(ContentMissing):
        shelf.existing("a" * 64)


def test_an_interrupted_upload_leaves_nothing(shelf: Shelf) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        shelf.put(Broken(b"x" * 100))
    assert [path for path in shelf.folder.rglob("*") if path.is_file() and path.name != ".lock"] == []


def test_memory_is_bounded(shelf: Shelf) -> None:
    class Large(io.RawIOBase):
        left = 64 << 20

        def read(self, size: int = -1, /) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return b"\0" * size

    tracemalloc.start()
    _digest, size = shelf.put(Large())  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 64 << 20
    assert peak < 8 << 20


def test_only_old_contents_are_proposed_and_removed(shelf: Shelf) -> None:
    old, new = shelf.put(io.BytesIO(b"old"))[0], shelf.put(io.BytesIO(b"new"))[0]
    age(shelf, old)
    since = time.time() - 60
    assert list(shelf.untouched(since)) == [[old]]
    assert shelf.remove([old, new], since) == 1
    assert not shelf.has(old)
    assert shelf.has(new)


def test_a_content_that_came_again_stays(shelf: Shelf) -> None:
    """Between the question whether a row names it and its removal somebody uploads the same."""
    sha256 = shelf.put(io.BytesIO(b"again"))[0]
    age(shelf, sha256)
    (batch,) = shelf.untouched(time.time() - 60)
    shelf.put(io.BytesIO(b"again"))
    assert shelf.remove(batch, time.time() - 60) == 0
    assert shelf.has(sha256)


def test_unfinished_ones_go_when_old(shelf: Shelf) -> None:
    shelf.put(io.BytesIO(b"x"))
    old, new = shelf.folder / "incoming" / "old", shelf.folder / "incoming" / "new"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (1, 1))
    shelf.remove_unfinished(time.time() - 60)
    assert not old.exists()
    assert new.exists()


def test_two_uploads_of_the_same_at_once(shelf: Shelf) -> None:
    content = os.urandom(3 << 20)
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(shelf.put(io.BytesIO(content)))) for _n in range(6)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(found) == {(hashlib.sha256(content).hexdigest(), len(content))}
    assert len(found) == 6
    assert shelf.existing(found[0][0]).read_bytes() == content
