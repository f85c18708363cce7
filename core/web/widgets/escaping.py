"""Text for a page. `markupsafe.escape` makes an object that knows it is safe, which a cell of a list has no use for:
it goes into one string with eight hundred others. A text without special characters is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import escape

_SPECIAL: Final = re.compile("[&<>\"']")


def all_escaped(values: Sequence[Any]) -> Sequence[str]:
    """A column of a list in the same way, None as nothing: one look says whether any of them has to be escaped."""
    texts = ["" if value is None else value for value in values]
    try:
        if _SPECIAL.search("".join(texts)) is None:
            return texts
    except TypeError:  # not all of them are texts
        pass
    return [escaped(text) for text in texts]


def escaped(value: Any) -> str:
    """The value as text that can stand between tags and in quoted attributes."""
    if type(value) is str and _SPECIAL.search(value) is None:
        return value
    return str(escape(value))
