"""When the garbage collector looks at everything: while nobody is being answered.

A full collection walks through all objects that live, and holds up every thread meanwhile: after the first hundred
pages that are 90,000 objects and 20 to 50 ms. Nearly all of them (compiled statements, caches) live as long as the
process. So full collections are put off until a moment without a request, and what survives the first ones, which come
often, is frozen: each has little to look at. Freezing comes to an end, so that what dies later cannot pile up.
"""

from __future__ import annotations

import gc
from typing import Final

_FIRST: Final = 2
_LAST: Final = 640
"""Collections of the middle generation, a dozen requests each, after which a full one is due."""
_AT_FIRST: Final = 20
"""So many times the shorter interval holds, while most pages are seen for the first time; then it doubles."""
_AT_LATEST: Final = 2000
"""After so many Python runs a full collection by itself: this process was never without a request."""


class Tidying:
    """Takes full collections over from Python."""

    def __init__(self) -> None:
        young, middle, _old = gc.get_threshold()
        gc.set_threshold(young, middle, _AT_LATEST)
        self._due, self._often = _FIRST, _AT_FIRST

    def is_due(self) -> bool:
        """Cheap enough for every turn of a server's loop."""
        return gc.get_count()[2] >= self._due

    def tidy(self) -> None:
        """Collect everything; to be called between requests."""
        gc.collect()
        if self._due < _LAST:
            gc.freeze()
            self._often -= 1
            if self._often < 0:
                self._due *= 2
