"""Text for a page. `markupsafe.escape` makes an object that knows it is safe, which a cell of a list has no use for:
it goes into one string with eight hundred others. A text without special characters is taken as it is.
"""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import escape

_SPECIAL: Final = re.compile("[&<>\"']")


def escaped(value: Any) -> str:
    """The value as text that can stand between tags and in quoted attributes."""
    if type(value) is str and _SPECIAL.search(value) is None:
        return value
    return str(escape(value))
