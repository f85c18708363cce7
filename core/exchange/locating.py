"""Where a key of a TOML file stands, for messages that name the line. `tomllib` gives values without places."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

Path = tuple[str | int, ...]

_WORD: Final = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(rf"\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=")
_PART: Final = re.compile(_WORD)


class Lines:
    """Line numbers by path: ("file", 0, "record", 1, "fields", "name") -> 27."""

    def __init__(self, text: str) -> None:
        self._found: dict[Path, int] = {}
        counts: Counter[Path] = Counter()
        current: Path = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                current = _resolved(_parts(header[2]), counts, opens=header[1] == "[[")
                self._found.setdefault(current, number)
            elif key := _KEY.match(line):
                parts = _parts(key[1])
                for length in range(1, len(parts) + 1):
                    self._found.setdefault((*current, *parts[:length]), number)

    def of(self, path: Path) -> int | None:
        """The line of a key, or of the nearest table around it that is written on a line of its own."""
        while path:
            if path in self._found:
                return self._found[path]
            path = path[:-1]
        return None


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _resolved(parts: tuple[str, ...], counts: Counter[Path], *, opens: bool) -> Path:
    """The path of a header: names of arrays of tables are followed by the number of their last element."""
    path: Path = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if opens and position == len(parts) - 1:
            counts[path] += 1
            path = (*path, counts[path] - 1)
        elif counts[path]:
            path = (*path, counts[path] - 1)
    return path
