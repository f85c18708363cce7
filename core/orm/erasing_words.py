"""What a person is known by in texts: telephone numbers, e-mail addresses and full names, as one expression.

It means the same to the database and to Python. Numbers are found however they are spaced, with and without the code
of the country; letters, digits and signs in either width; Chinese names with and without spaces between the characters;
words of letters only where they stand by themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MASK: Final = "**"
"""What stands in a text in the place of what was erased: never longer than that."""
_SHORTEST_NUMBER: Final = 7
_LONGEST_NAME: Final = 80
_SHORTEST_JOINED: Final = 6
"""Letters of a name that is found without its spaces as well; shorter ones would be found in other words."""
_SPACES: Final = "\\s\u00a0\u3000"
_DASHES: Final = "\u2010-\u2015\u2212\uff0d"
_NUMBER: Final = re.compile(rf"\+?[0-9 ().{_DASHES}-]+")
_OF_COUNTRY: Final = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")
_DIGIT: Final = "0-9０-９"
_EDGE: Final = f"A-Za-z{_DIGIT}Ａ-Ｚａ-ｚ"
_BETWEEN_DIGITS: Final = f"[{_SPACES}{_DASHES}().（）．-]{{0,2}}"
_IDEOGRAPHS: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\s]+")
_TO_WIDE: Final = 0xFEE0
"""From a character of ASCII to the same one in full width."""


def expression(words: Iterable[str]) -> str | None:
    """The expression that finds every one of these words; None where none of them tells anybody."""
    parts = sorted(
        {part for word in words if (part := _part(word.strip())) is not None}, key=len, reverse=True
    )
    return "|".join(parts) if parts else None


def short_ones(words: Iterable[str]) -> list[str]:
    """Names, numbers and addresses; whole paragraphs are nobody's to be known by."""
    return [word for word in words if len(word) <= _LONGEST_NAME]


def masked(text: str, found: str) -> str:
    """The text without what the expression finds."""
    return re.sub(found, MASK, text, flags=re.IGNORECASE)


def first_place(text: str, found: str) -> tuple[int, int] | None:
    """Where the expression is found first."""
    match = re.search(found, text, flags=re.IGNORECASE)
    return None if match is None else match.span()


def _part(word: str) -> str | None:
    word = unicodedata.normalize("NFKC", word).strip()
    if _NUMBER.fullmatch(word):
        return _number(re.sub(r"[^0-9]", "", word))
    if len(word) < len(MASK) or re.fullmatch(r"#[0-9]+", word):
        return None
    letters = "".join(word.split())
    if _IDEOGRAPHS.fullmatch(word):
        return f"[{_SPACES}]*".join(re.escape(one) for one in letters)
    between = f"[{_SPACES}]{'*' if len(letters) >= _SHORTEST_JOINED else '+'}"
    text = between.join("".join(map(_either_width, one)) for one in word.split())
    before = f"(?<![{_EDGE}])" if re.match(f"[{_EDGE}]", word) else ""
    after = f"(?![{_EDGE}])" if re.search(f"[{_EDGE}]$", word) else ""
    return f"{before}{text}{after}"


def _either_width(one: str) -> str:
    """A character, small or capital, of ordinary or full width."""
    if not "!" <= one <= "~":
        return re.escape(one)
    if one.isalpha():
        return f"[{one.lower()}{one.upper()}{_wide(one.lower())}{_wide(one.upper())}]"
    return f"(?:{re.escape(one)}|{_wide(one)})"


def _wide(one: str) -> str:
    return chr(ord(one) + _TO_WIDE)


def _number(digits: str) -> str | None:
    digits = _OF_COUNTRY.sub("", digits)
    if len(digits) < _SHORTEST_NUMBER:
        return None
    country = f"(?:(?:[+＋]|[0０][0０])?[8８][6６]{_BETWEEN_DIGITS})?"
    return (
        f"(?<![{_DIGIT}]){country}"
        + _BETWEEN_DIGITS.join(f"[{one}{_wide(one)}]" for one in digits)
        + f"(?![{_DIGIT}])"
    )
