"""The readings of Chinese phrases and characters in one file that is mapped, not loaded.

pypinyin's dictionaries take 54 MB and a quarter of a second in every process that imports them. What we ask of them
fits into 3 MB of sorted numbers: the phrases as a trie in breadth-first order, so that node n+1 is where edge n leads,
and the readings beside it. Processes share the pages of the file, and read only those that they need.

The file is made by `make setup` and for the wheel, as the compiled catalogues are; without it the tables are built in
memory at the first question, which takes a second. Run as a program, this module makes it.
"""

from __future__ import annotations

import importlib.metadata
import json
import mmap
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("pinyin.tables")
_FORM: Final = [1, sys.byteorder]
_WORD: Final = 4
"""Bytes of a number; sections begin at multiples of it."""


class Tables:
    """Answers from the bytes that `build` made."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        """Raises `ValueError` when the data have another form, or were made on a machine of other byte order."""
        length = int.from_bytes(data[:_WORD], "little")
        head = json.loads(bytes(data[_WORD : _WORD + length]))
        if head["form"] != _FORM:
            raise ValueError("tables of another form")
        self.made_from: str = head["made_from"]
        self.readings: list[str] = head["readings"]
        """Every reading of any character, with its tone, as in zhǎng."""
        words = memoryview(data).cast("I")
        at = (_WORD + length) // _WORD
        parts = []
        for size in head["sizes"]:
            parts.append(words[at : at + size])
            at += size
        self._first, self._labels, self._spelled_at, self._spelled, self._characters, self._sounds = parts

    def cut(self, text: str) -> Iterator[str]:
        """The text in phrases, each time the longest that the dictionary knows, as pypinyin's own `mmseg` does."""
        start = 0
        while start < len(text):
            longest, known, ended = self._longest(text, start)
            if known:
                yield text[start : start + known]
                start += known
            elif ended and longest:
                yield from text[start:]
                return
            else:
                yield text[start]
                start += 1

    def toned(self, phrase: str) -> Sequence[str]:
        """The usual reading of each character in this phrase; empty where none is known."""
        node = 0
        for character in phrase:
            node = self._child(node, ord(character))
            if not node:
                break
        if node and (at := self._spelled_at[node]):
            return [self.readings[one] for one in self._spelled[at : at + self._spelled[at - 1]]]
        return [self._alone(ord(character)) for character in phrase]

    def _longest(self, text: str, start: int) -> tuple[int, int, bool]:
        """How many characters begin a phrase, how many are one, and whether the text ended before the trie did."""
        node = known = length = 0
        for length, character in enumerate(text[start:], 1):
            node = self._child(node, ord(character))
            if not node:
                return length - 1, known, False
            if self._spelled_at[node]:
                known = length
        return length, known, True

    def _child(self, node: int, code: int) -> int:
        low, high = self._first[node], self._first[node + 1]
        edge = bisect_left(self._labels, code, low, high)
        return edge + 1 if edge < high and self._labels[edge] == code else 0

    def _alone(self, code: int) -> str:
        place = bisect_left(self._characters, code)
        if place < len(self._characters) and self._characters[place] == code:
            return self.readings[self._sounds[place]]
        return ""


@cache
def tables() -> Tables:
    """The tables of this process."""
    try:
        with FILE.open("rb") as stream:
            return Tables(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return Tables(build())


def write(file: Path = FILE) -> bool:
    """Make the file where it is missing or from another pypinyin; whether that was needed."""
    try:
        if Tables(file.read_bytes()).made_from == _source():
            return False
    except (OSError, ValueError):
        pass
    draft = file.with_name(f"{file.name}.new")
    draft.write_bytes(build())
    draft.replace(file)
    return True


def build() -> bytes:
    """The tables from pypinyin's dictionaries."""
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    alone = {code: heard.split(",") for code, heard in pinyin_dict.items()}
    phrases = {phrase: [heard[0] for heard in spelled] for phrase, spelled in phrases_dict.items()}
    every = {one for heard in alone.values() for one in heard} | {
        one for spelled in phrases.values() for one in spelled
    }
    readings = sorted(every)
    number = {reading: place for place, reading in enumerate(readings)}
    sections = [
        *_trie(phrases, number),
        array("I", sorted(alone)),
        array("I", (number[alone[code][0]] for code in sorted(alone))),
    ]
    sizes = [len(section) for section in sections]
    text = json.dumps({"form": _FORM, "made_from": _source(), "readings": readings, "sizes": sizes}).encode()
    text += b" " * (-len(text) % _WORD)
    return b"".join([len(text).to_bytes(_WORD, "little"), text, *(section.tobytes() for section in sections)])


def _trie(phrases: Mapping[str, Sequence[str]], number: Mapping[str, int]) -> list[array[int]]:
    """First edge of each node, labels of the edges, where the readings of each node begin, and the readings."""
    root: dict[str, Any] = {}
    for phrase, spelled in phrases.items():
        node = root
        for character in phrase:
            node = node.setdefault(character, {})
        node[""] = spelled
    first, labels, spelled_at, spelled_all = array("I"), array("I"), array("I"), array("I")
    level = [root]
    while level:
        below = []
        for node in level:
            own = node.pop("", None)
            spelled_at.append(0 if own is None else len(spelled_all) + 1)
            if own is not None:
                spelled_all.append(len(own))
                spelled_all.extend(number[one] for one in own)
            first.append(len(labels))
            for character in sorted(node):
                labels.append(ord(character))
                below.append(node[character])
        level = below
    first.append(len(labels))
    return [first, labels, spelled_at, spelled_all]


def _source() -> str:
    return f"pypinyin {importlib.metadata.version('pypinyin')}"


if __name__ == "__main__":
    write()
