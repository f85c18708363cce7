"""What search takes a text apart into: single characters, words, and numbers."""

from __future__ import annotations

import re
from typing import Final

SINGLE: Final = (
    "\u2190-\u2bff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u30ff\u3105-\u318f\u31a0-\u4dbf\u4e00-\ua4cf"
    "\uac00-\ud7af\uf900-\ufaff\U00017000-\U00018d8f\U0001b000-\U0001b2ff\U0001f000-\U0001faff\U00020000-\U000323af"
)
"""Characters of which one or two are worth searching for: Chinese, Japanese, Korean, pictures such as emoji."""

TOKEN: Final = re.compile(f"([{SINGLE}]+)|([^\\W_{SINGLE}]+)")
"""A run of single characters (group 1) or a word of letters and digits (group 2)."""

NUMBER: Final = re.compile(r"[0-9](?:[0-9 .()-]*[0-9])?")
_NOT_DIGIT: Final = re.compile(r"[^0-9]+")


def numbers(text: str) -> list[str]:
    """The numbers in a normalised text without the spaces, dashes, dots and brackets inside, as in phone numbers."""
    return [_NOT_DIGIT.sub("", number) for number in NUMBER.findall(text)]


def neighbours(text: str, width: int) -> list[str]:
    """Every part of that many characters."""
    return [text[start : start + width] for start in range(len(text) - width + 1)]
