"""Noticing that source files have changed, by looking at their moments of change: for development only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SUFFIXES: Final = (".py", ".po")
"""Templates and style sheets show at once in a checkout; these are read when a process starts."""
_SKIPPED: Final = frozenset({"__pycache__", "node_modules", "tests"})


class Watch:
    """The source files below some folders. A look costs a walk through them, some milliseconds."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(dict.fromkeys(folders))
        self._known = self._last = self._look()

    def has_changed(self) -> bool:
        """Whether files have changed since the last time that this was true, and are at rest since the last look: an
        editor, or a checkout of another branch, writes several in a row.
        """
        now = self._look()
        is_at_rest, self._last = now == self._last, now
        if now == self._known or not is_at_rest:
            return False
        self._known = now
        return True

    def _look(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        waiting = [str(folder) for folder in self.folders]
        while waiting:
            try:
                entries = list(os.scandir(waiting.pop()))
            except OSError:  # a folder that is just being replaced
                continue
            for entry in entries:
                if entry.name[0] == "." or entry.name in _SKIPPED:
                    continue
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith(SUFFIXES):
                    found |= _moment(entry)
        return found


def _moment(entry: os.DirEntry[str]) -> dict[str, tuple[int, int]]:
    try:
        state = entry.stat()
    except OSError:
        return {}
    return {entry.path: (state.st_mtime_ns, state.st_size)}
