"""Cells that a spreadsheet would take for a formula, made harmless on the way out and put back on the way in.

`=HYPERLINK(…)` as a customer's name must open as text. An apostrophe in front does that; negative numbers stay
numbers. Who reads a file of ours again takes it off, so that going round changes nothing.
"""

from __future__ import annotations

import re
from typing import Final

_STARTS: Final = r"\s*[=+\-@＝＋－＠\t\r\n]"
_DANGEROUS: Final = re.compile(rf"'*{_STARTS}")
_GUARDED: Final = re.compile(rf"'+{_STARTS}")
_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d+)*%?", re.ASCII)


def guarded(text: str) -> str:
    """The cell as it may be written into a file that people open."""
    if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """The cell as it was before `guarded`."""
    return text[1:] if _GUARDED.match(text) else text
