"""Two normal forms of text: the one that is stored, and the one that is compared when searching."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

_BREAKS: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FOLDED: Final = re.compile("[\u4e00-\u9fff a-z0-9]+")
"""What most Chinese names are made of is in its normal form."""
SEARCHED_LENGTH: Final = 400
"""Characters of one field that search looks at. Longer texts are found by their beginning only: this bounds the
grams of a row: 400 Chinese characters make some 800 of them."""


def entry_text(text: str) -> str:
    """The form in which text is stored: composed (NFC), and only what PostgreSQL can hold.

    NUL is dropped; half of a surrogate pair, as broken files bring it, becomes the replacement character.
    """
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    if not text.isprintable():
        text = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of it: spaces and characters without width only."""
    return all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)


def one_line(text: str) -> str:
    """A text of one line: line ends and tabs become a space, other control characters go, as do spaces around it."""
    if text.isprintable():
        return text.strip()
    return _CONTROL.sub("", _BREAKS.sub(" ", text)).strip()


def normalise(text: str) -> str:
    """The form in which text is compared: width, case and Latin accents folded, invisible characters gone.

    ＡＢＣ becomes abc, é becomes e, any space or line end an ordinary space. Applying it twice changes
    nothing more.
    """
    if text.isascii():
        folded = text.lower()
        return folded if folded.isprintable() else folded.translate(_folding())
    if _FOLDED.fullmatch(text):
        return text
    previous, folding = None, _folding()
    while text != previous:
        previous = text
        text = unicodedata.normalize("NFKC", text.translate(folding)).casefold()
    return text


def searched(text: str) -> str:
    """What search sees of one field: the beginning, normalised."""
    return normalise(text[:SEARCHED_LENGTH])[:SEARCHED_LENGTH]


@cache
def _folding() -> dict[int, str | None]:
    """Made at first use: every character has to be looked at, which takes some 20 ms."""
    table: dict[int, str | None] = {}
    for code in _codes((0, 0x10000), (0xE0000, 0xE1000)):
        kind = unicodedata.category(chr(code))
        if kind in ("Cf", "Cs"):
            table[code] = None
        elif kind in ("Zs", "Zl", "Zp"):
            table[code] = " "
    table |= dict.fromkeys(_codes((0x00, 0x20), (0x7F, 0xA0)), " ")
    table |= dict.fromkeys(_codes((0x0300, 0x0370), (0xFE00, 0xFE10), (0xE0100, 0xE01F0)))
    table[0] = None
    for code in _codes((0xC0, 0x250), (0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


def _codes(*spans: tuple[int, int]) -> Iterable[int]:
    return (code for start, end in spans for code in range(start, end))
