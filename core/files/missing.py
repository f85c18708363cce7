"""Contents that rows name and the file store has lost: a backup without the folder, a disk that was emptied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.files.models import File
from core.files.shelf import shelf_of
from core.orm.env import Env

_AT_ONCE: Final = 500


def missing_contents(env: Env) -> Iterator[str]:
    """Names of the company's files whose content is not there, in the order in which they came."""
    shelf, after = shelf_of(env), None
    while True:
        page = env.page(File, ["name", "sha256"], order="id", after=after, limit=_AT_ONCE)
        yield from (name for _id, _version, name, sha256 in page.rows if not shelf.has(sha256))
        after = page.next
        if after is None:
            return
