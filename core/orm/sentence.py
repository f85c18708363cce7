"""A sentence that a record keeps: as data, put into words in the language of whoever reads it.

It is stored as a text, so that words that were kept in one language before stand beside it and are shown as they are.
"""

from __future__ import annotations

import json
from typing import Final

from core.i18n import LazyString

_BEGINNING: Final = '{"domain":"'
_IN_NO_CATALOGUE: Final = ""
LONGEST: Final = 10_000
"""Of what is stored: names of records in it are short, and lists of facts too."""


def said_as(words: str) -> LazyString:
    """Words that are the same in every language."""
    return LazyString(_IN_NO_CATALOGUE, words)


def sentence_text(value: LazyString) -> str:
    """What is stored of a sentence."""
    if value.domain == _IN_NO_CATALOGUE:
        return value.msgid
    return json.dumps(value.as_json(), ensure_ascii=False, separators=(",", ":"))


def read_sentence(text: str) -> LazyString:
    """The sentence that was stored; words that are no such data are themselves."""
    if not text.startswith(_BEGINNING):
        return said_as(text)
    try:
        return LazyString.from_json(json.loads(text))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return said_as(text)
