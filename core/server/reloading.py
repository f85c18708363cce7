"""Development: changed files are loaded by a nursery beside the serving generation, which goes on if that fails.

The nursery brings the database up, raises the number of the generation and says it; only then are its processes asked
for. What it has to complain about it writes to the terminal itself, and ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from core.server.children import Nursery
from core.server.watching import Watch

LOOK_SECONDS = 0.5


class Reloading:
    """Watches, and holds the nursery that loads changed files: the candidate.

    `load(generation)` starts one that is to come after this generation, `drop` lets go of one.
    """

    def __init__(self, watch: Watch, load: Callable[[int], Nursery], drop: Callable[[Nursery], None]) -> None:
        self._watch, self._load, self._drop = watch, load, drop
        self._look_at = time.monotonic() + LOOK_SECONDS
        self._asked = 0
        self.candidate: Nursery | None = None

    def tick(self, generation: int) -> None:
        """Start over when files have changed; one that still loads the older ones is dropped."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        if self._watch.has_changed():
            if self.candidate is not None:
                self._drop(self.candidate)
            self.candidate = self._load(generation)

    def holds_back(self, generation: int) -> bool:
        """Whether this generation, that a child asks for, is the candidate's or waits for it."""
        self._asked = max(self._asked, generation) if self.candidate is not None else 0
        return self.candidate is not None

    def release(self) -> int:
        """The candidate has come or gone: the generation that was asked for meanwhile, 0 for none."""
        self.candidate = None
        asked, self._asked = self._asked, 0
        return asked
