"""How Chinese names sound: readings for searching and for sorting.

pypinyin knows the readings, of phrases too, so that 重庆 is chóng qìng and 银行行长 yín háng háng zhǎng. Its
dictionaries (`pinyin_tables.py`) are asked per phrase and the answers kept: a company name is built of the same few
hundred phrases, and the library, asked for whole names, takes several times as long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final, Self

from core.orm.normalise import entry_text, normalise
from core.orm.pinyin_tables import tables

NAME_LENGTH: Final = 64
"""Characters up to which a text counts as a name, which people look for by sound. Longer text is prose."""

LONGEST_SYLLABLE: Final = 6

SORTED_LENGTH: Final = 100
"""Characters that take part in sorting, so that a key fits into an index entry."""

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

SURNAMES: Final = {
    "仇": "qiú", "区": "ōu", "单": "shàn", "曾": "zēng", "朴": "piáo", "查": "zhā", "盖": "gě", "翟": "zhái",
    "缪": "miào", "覃": "qín", "解": "xiè", "郇": "xún", "阚": "kàn",
}  # fmt: skip
"""Family names that are read otherwise than the character elsewhere; where they begin a word, the word counts."""

_TONES: Final = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_VOWEL: Final = re.compile("[aeiouv]")
_DIAERESIS: Final = "\u0308"
_RUNS: Final = re.compile(f"([{HAN}]+)|([^\\W_{HAN}]+)|(\\s+)")
_HAN_RUN: Final = re.compile(f"[{HAN}]+")
_PERSON: Final = re.compile(f"[{HAN}]{{2,4}}")

Reading = tuple[str, str]
"""A syllable as it is typed, ü being v, and its tone, '1' to '5'."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of Chinese as it may be typed: syllables, and derived from them what search compares."""

    syllables: tuple[str, ...]
    joined: str
    initials: str
    starts: frozenset[int]

    @classmethod
    def of(cls, syllables: tuple[str, ...]) -> Self:
        """The sound of these syllables."""
        starts = frozenset(accumulate((len(syllable) for syllable in syllables[:-1]), initial=0))
        return cls(syllables, "".join(syllables), "".join(syllable[0] for syllable in syllables), starts)

    def begins(self, letters: str) -> bool:
        """Whether the letters are the sound from some character on; the last syllable may be unfinished."""
        position = self.joined.find(letters)
        while position >= 0:
            if position in self.starts:
                return True
            position = self.joined.find(letters, position + 1)
        return False


@lru_cache(maxsize=1 << 14)
def sounds(text: str) -> tuple[Sound, ...]:
    """How the Chinese in a normalised name may sound: `spellings` as search compares them."""
    return tuple(Sound.of(spelled) for spelled in spellings(text))


def spellings(text: str) -> tuple[tuple[str, ...], ...]:
    """The syllables of the Chinese in a normalised name, in each way it may be read; nothing for prose.

    Punctuation does not interrupt, as in 长城（北京）科技; spaces, letters and digits do, and characters without a
    known reading. A text that may be a person is given the reading of the family name as well.
    """
    if len(text) > NAME_LENGTH or text.isascii():
        return ()
    stretches = _stretches(text)
    if _PERSON.fullmatch(text) and (named := _with_surname(text)):
        stretches += _unbroken(named)
    found = dict.fromkeys(tuple([syllable for syllable, _tone in stretch]) for stretch in stretches)
    for spelled in list(found):
        if "v" in "".join(spelled):
            found[tuple(syllable.replace("v", "u") for syllable in spelled)] = None
    return tuple(found)


def sort_key(text: str) -> str:
    """What to sort by so that Chinese stands in the order of its pinyin, among Latin names.

    Each character becomes syllable, tone and itself, "zhang1张 san1三": people of one family name stay
    together, as in Chinese dictionaries, and names that differ in their first 100 characters have different keys.
    Compare the keys by code point.
    """
    if text.isascii() and text.isprintable():
        text = text[:SORTED_LENGTH]
        folded = text.lower()
        return folded if folded == text else f"{folded}\x1f{text}"
    text = entry_text(text[:SORTED_LENGTH])
    folded = normalise(text)[:SORTED_LENGTH]
    surname = _with_surname(folded) if _PERSON.fullmatch(folded) else []
    key = _HAN_RUN.sub(lambda run: _keyed(run[0], surname or _readings(run[0])), folded)
    return key if folded == text else f"{key}\x1f{text}"


@cache
def syllables() -> frozenset[str]:
    """Every syllable that can be typed, some 420; what a query of letters may be made of."""
    plain = {_plain(reading)[0] for reading in tables().readings}
    return frozenset(plain | {syllable.replace("v", "u") for syllable in plain}) - {""}


@cache
def initial_letters() -> frozenset[str]:
    """The letters with which a syllable can begin: all but i, u and v."""
    return frozenset(syllable[0] for syllable in syllables())


def completions(beginning: str) -> tuple[str, ...]:
    """The syllables that begin with these letters; there are none for more letters than a syllable has."""
    return _completions(beginning) if 0 < len(beginning) <= LONGEST_SYLLABLE else ()


@lru_cache(maxsize=4096)
def _completions(beginning: str) -> tuple[str, ...]:
    return tuple(sorted(syllable for syllable in syllables() if syllable.startswith(beginning)))


def _keyed(run: str, readings: Sequence[Reading | None]) -> str:
    keyed = zip(run, readings, strict=True)
    return " ".join([f"{reading[0]}{reading[1]}{char}" if reading else char for char, reading in keyed])


def _stretches(text: str) -> list[list[Reading]]:
    readings: list[Reading | None] = []
    for run in _RUNS.finditer(text):
        readings += _readings(run[1]) if run[1] else [None]
    return _unbroken(readings)


def _unbroken(readings: Sequence[Reading | None]) -> list[list[Reading]]:
    stretches: list[list[Reading]] = [[]]
    for reading in readings:
        if reading is None:
            stretches.append([])
        else:
            stretches[-1].append(reading)
    return [stretch for stretch in stretches if stretch]


@lru_cache(maxsize=1 << 13)
def _readings(run: str) -> tuple[Reading | None, ...]:
    """Kept, since a name is asked for its sort key and for its sound."""
    return tuple([reading for phrase in tables().cut(run) for reading in _of_phrase(phrase)])


@lru_cache(maxsize=1 << 16)
def _of_phrase(phrase: str) -> tuple[Reading | None, ...]:
    """One reading a character, None where none is known."""
    plain = [_plain(reading) for reading in tables().toned(phrase)]
    return tuple(reading if reading[0] else None for reading in plain)


@cache
def _plain(toned: str) -> Reading:
    """zhǎng → ('zhang', '3'); mere interjections such as ńg count as no reading."""
    letters: list[str] = []
    tone = "5"
    for char in unicodedata.normalize("NFD", toned):
        tone = _TONES.get(char, tone)
        if char == _DIAERESIS:
            letters[-1] = "v"
        elif char.isascii() and char.isalpha():
            letters.append(char)
    spelled = "".join(letters)
    return (spelled, tone) if _VOWEL.search(spelled) else ("", "")


def _with_surname(name: str) -> list[Reading | None]:
    """The readings of a person's name whose family name is read in its own way; else nothing."""
    own = SURNAMES.get(name[0])
    first, *rest = tables().cut(name)
    if own is None or first != name[0]:
        return []
    return [_plain(own), *(reading for phrase in rest for reading in _of_phrase(phrase))]
