"""What a person is known by in texts: telephone numbers, e-mail addresses and full names, as one expression.

It means the same to the database and to Python. Numbers are found however they are spaced, with and without the code
of the country; words of letters only where they stand by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MASK: Final = "**"
"""What stands in a text in the place of what was erased: never longer than that."""
_SHORTEST_NUMBER: Final = 7
_NUMBER: Final = re.compile(r"\+?[0-9 ().-]+")
_OF_COUNTRY: Final = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")
_EDGE: Final = "A-Za-z0-9"


def expression(words: Iterable[str]) -> str | None:
    """The expression that finds every one of these words; None where none of them tells anybody."""
    parts = sorted(
        {part for word in words if (part := _part(word.strip())) is not None}, key=len, reverse=True
    )
    return "|".join(parts) if parts else None


def masked(text: str, found: str) -> str:
    """The text without what the expression finds."""
    return re.sub(found, MASK, text, flags=re.IGNORECASE)


def first_place(text: str, found: str) -> tuple[int, int] | None:
    """Where the expression is found first."""
    match = re.search(found, text, flags=re.IGNORECASE)
    return None if match is None else match.span()


def _part(word: str) -> str | None:
    if _NUMBER.fullmatch(word):
        return _number(re.sub(r"[^0-9]", "", word))
    if len(word) < len(MASK) or re.fullmatch(r"#[0-9]+", word):
        return None
    text = r"\s+".join(re.escape(one) for one in word.split())
    before = f"(?<![{_EDGE}])" if re.match(f"[{_EDGE}]", word) else ""
    after = f"(?![{_EDGE}])" if re.search(f"[{_EDGE}]$", word) else ""
    return f"{before}{text}{after}"


def _number(digits: str) -> str | None:
    digits = _OF_COUNTRY.sub("", digits)
    if len(digits) < _SHORTEST_NUMBER:
        return None
    return r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?" + "[ ().-]{0,2}".join(digits) + "(?![0-9])"
