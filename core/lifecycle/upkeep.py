"""What has to be done as the owner of the database, again and again, by whichever worker comes first: the audit, and
removals that waited for processes with the addon's code, and what administrators wish for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from core.lifecycle.leaving import put_waiting_aside
from core.orm.erasing_audit import erase_waiting
from core.orm.sealing import seal_audit

SECONDS: Final = 15.0
"""So long after somebody asked, at most, values are gone from the audit; a row waits for its seal not much longer."""
MOST_BATCHES: Final = 20
"""A worker with a million rows before it seals a part, and looks at its queue in between."""


class Upkeep:
    """Called by a worker whenever it has looked at its queue: `wishes` each time, the rest every `SECONDS`."""

    def __init__(self, owner_engine: Engine, wishes: Callable[[], object]) -> None:
        self._engine, self._wishes = owner_engine, wishes
        self._next = 0.0

    def __call__(self) -> None:
        self._wishes()
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + SECONDS
        erase_waiting(self._engine)
        seal_audit(self._engine, most_batches=MOST_BATCHES)
        put_waiting_aside(self._engine)
