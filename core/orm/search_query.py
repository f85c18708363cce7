"""What somebody types into a search box: which grams a record must have, and whether it really matches.

The query is split at spaces; a record matches when each word is found in one of its texts, as written, as a
number without its separators, as the sound of Chinese, or as the initials of that sound. Words of punctuation
only, as in "Miller & Sons", do not count. A query that is one number with spaces in it, such as a phone number,
may also be found as a whole.

The rule that keeps this file and `grams.py` together: whatever `Query.matches` says yes to has all the grams of
one of `Query.alternatives`. Alternatives may therefore ask for less than they could, never for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import product
from typing import Final

from core.orm.normalise import searched
from core.orm.pinyin import completions, initial_letters, sounds, syllables
from core.orm.tokens import SINGLE, TOKEN, neighbours, numbers

MOST_ALTERNATIVES: Final = 16
"""Beyond so many, alternatives ask for fewer grams: each one is a search of the index."""

_MOST_SPELLINGS: Final = 8
_MOST_SOUNDS: Final = 12
_LONGEST_SOUND: Final = 48
_LETTERS: Final = re.compile(r"[a-z]+")
_NUMBER_QUERY: Final = re.compile(r"\+?[0-9 .()-]+")
_FEWEST_DIGITS: Final = 3

Grams = frozenset[str]


class Word:
    """One word of a query, with the ways in which it may be found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digits = _digits(text)
        self.letters = text if _LETTERS.fullmatch(text) else ""
        self._written, self._begins_word = _written(text)
        self._at_beginning = re.compile(f"(?<![^\\W_{SINGLE}]){re.escape(text)}")

    @cached_property
    def alternatives(self) -> list[Grams]:
        """Sets of grams, one of which a matching row has; none where the word has nothing to search by."""
        if self.digits:  # as written it has these digits too, and fewer grams
            return [frozenset(neighbours(self.digits, 3))]
        found = [self._written]
        if self.letters:
            if initial_letters().issuperset(self.letters):
                found.append(_initials(self.letters))
            found += _sounds(self.letters)
        return _smallest(found)

    @cached_property
    def weak_alternatives(self) -> list[Grams]:
        """Fewer of them, which ask for less: however it sounds, the first letter is an initial."""
        if not self.letters:
            return self.alternatives
        return _smallest([self._written, frozenset([f"i:{self.letters[0]}"])])

    @property
    def is_part(self) -> bool:
        """Whether a text that contains it as it is written is a hit."""
        return bool(self._written) and not self._begins_word

    @cached_property
    def is_told_by_grams(self) -> bool:
        """Whether every row with its grams has it: two Chinese characters or three digits are a gram themselves."""
        return not self.letters and not self._begins_word and [len(one) for one in self.alternatives] == [1]

    def found_in(self, text: str) -> bool:
        """Whether this normalised text has the word in one of the ways."""
        if self._begins_word:
            if self._at_beginning.search(text):
                return True
        elif self._written and self.text in text:
            return True
        if self.digits and any(self.digits in number for number in numbers(text)):
            return True
        return bool(self.letters) and any(
            self.letters in sound.initials or sound.begins(self.letters) for sound in sounds(text)
        )


class Query:
    """A query understood once, for finding candidates and for checking them."""

    def __init__(self, text: str) -> None:
        self.text = searched(text).strip()
        parts = dict.fromkeys(self.text.split())
        self._words = [word for word in map(Word, parts) if word.alternatives]
        self._digits = _digits(self.text) if len(parts) > 1 else ""

    @cached_property
    def alternatives(self) -> list[list[str]]:
        """Rows with all grams of one of these are candidates; none of them means that nothing can be found."""
        found = self._of_words()
        if self._digits:
            found.append(frozenset(neighbours(self._digits, 3)))
        return [sorted(grams) for grams in _smallest(found)]

    @property
    def is_told_by_grams(self) -> bool:
        """Whether every candidate is a hit, for a caller who may read all that is searched."""
        return bool(self._words) and not self._digits and all(word.is_told_by_grams for word in self._words)

    @property
    def written(self) -> list[str] | None:
        """What a text must contain as it is written to be a hit for sure; None where there is more to ask."""
        words = [word.text for word in self._words if word.is_part]
        return words if words and len(words) == len(self._words) else None

    def matches(self, texts: Iterable[str | None]) -> bool:
        """Whether these texts of a row, those that the caller may read, have every word of the query."""
        seen = [searched(text) for text in texts if text]
        if self._digits and any(self._digits in number for text in seen for number in numbers(text)):
            return True
        return bool(self._words) and all(any(word.found_in(text) for text in seen) for word in self._words)

    def _of_words(self) -> list[Grams]:
        choices: list[list[Grams]] = []
        combinations = 1
        for word in sorted(self._words, key=lambda word: len(word.alternatives)):
            for alternatives in (word.alternatives, word.weak_alternatives):
                if combinations * len(alternatives) <= MOST_ALTERNATIVES:
                    choices.append(alternatives)
                    combinations *= len(alternatives)
                    break
        return [frozenset[str]().union(*choice) for choice in product(*choices)] if choices else []


@lru_cache(maxsize=512)
def understand(query: str) -> Query:
    """The query, understood once for a whole page of candidates and its next pages."""
    return Query(query)


def query_grams(query: str) -> list[list[str]]:
    """Alternatives: a row is a candidate if its grams contain all of one of these lists.

    An empty list means that the query has nothing to search by, such as a lone dash: no row is found.
    """
    return understand(query).alternatives


def matches(query: str, texts: Iterable[str | None]) -> bool:
    """Whether a row with these texts is a hit. Checked for each candidate, against what the caller may read."""
    return understand(query).matches(texts)


def _digits(text: str) -> str:
    """The digits of a number as it may be stored: without separators, and without the prefix of China."""
    if not _NUMBER_QUERY.fullmatch(text):
        return ""
    digits = "".join(char for char in text if char in "0123456789")
    if text.startswith("+86") or (digits.startswith("861") and len(digits) == 13):
        digits = digits[2:]
    elif digits.startswith("0086"):
        digits = digits[4:]
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _written(text: str) -> tuple[Grams, bool]:
    """Grams of the word as written, and whether it is so short that it must begin a word of the record.

    A first run of one or two letters may be the end of a longer word: it asks for nothing if the rest does.
    """
    found: list[str] = []
    first_short = ""
    for token in TOKEN.finditer(text):
        singles, word = token.groups()
        if singles:
            found += neighbours(singles, 2) if len(singles) > 1 else [singles]
        elif len(word) >= 3:
            found += neighbours(word, 3)
        elif token.start() > 0:
            found.append(word)
        else:
            first_short = word
    if found or not first_short:
        return frozenset(found), False
    return frozenset([first_short]), True


def _initials(letters: str) -> Grams:
    return frozenset(f"i:{part}" for part in neighbours(letters, min(3, len(letters))))


def _sounds(letters: str) -> list[Grams]:
    """Grams of the letters as pinyin. Where they can be spelt in too many ways, of a beginning of them."""
    if not _spellings(letters, 1):
        return []
    for length in range(min(len(letters), _LONGEST_SOUND), 0, -1):
        spellings = _spellings(letters[:length], _MOST_SPELLINGS + 1)
        if len(spellings) <= _MOST_SPELLINGS:
            return _of_spellings(spellings)
    return []


def _of_spellings(spellings: list[tuple[str, ...]]) -> list[Grams]:
    """With the possible ends of an unfinished syllable where that gives few alternatives, else without."""
    for most_ends in (5, 2, 0):
        found = _smallest([grams for spelling in spellings for grams in _of_spelling(spelling, most_ends)])
        if len(found) <= _MOST_SOUNDS:
            break
    return found


def _of_spelling(spelling: tuple[str, ...], most_ends: int) -> list[Grams]:
    """Grams of whole syllables and of the last, unfinished one, where it may stand for few enough."""
    *whole, last = spelling
    known = {f"p:{syllable}" for syllable in whole} | _initials("".join(part[0] for part in spelling))
    ends = completions(last)
    if len(ends) > most_ends:
        return [frozenset(known)]
    return [frozenset(known | {f"p:{end}"}) for end in ends]


def _spellings(letters: str, most: int) -> list[tuple[str, ...]]:
    """Up to `most` ways of reading the letters as syllables, of which the last may be unfinished."""
    steps = _steps(letters)
    found: list[tuple[str, ...]] = []
    unfinished: list[tuple[tuple[str, ...], int]] = [((), 0)]
    while unfinished and len(found) < most:
        done, start = unfinished.pop()
        if completions(letters[start:]):
            found.append((*done, letters[start:]))
        unfinished += [((*done, letters[start:end]), end) for end in steps[start]]
    return found


def _steps(letters: str) -> list[list[int]]:
    """From each position, where a syllable may end so that the rest can be read as well."""
    known = syllables()
    steps: list[list[int]] = [[] for _letter in letters]
    for start in range(len(letters) - 1, -1, -1):
        steps[start] = [
            end
            for end in range(start + 1, min(start + 7, len(letters)))
            if letters[start:end] in known and (steps[end] or completions(letters[end:]))
        ]
    return steps


def _smallest(alternatives: Sequence[Grams]) -> list[Grams]:
    """Without those that ask for everything that another one asks for, and more."""
    distinct = list(dict.fromkeys(grams for grams in alternatives if grams))
    return [grams for grams in distinct if not any(other < grams for other in distinct)]
