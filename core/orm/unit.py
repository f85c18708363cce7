"""What an Env and its `sudo` copies have in common: the records at work, and what waits for the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

DEEPEST_FLUSH: Final = 20


@dataclass(eq=False)
class Unit:
    """One unit of work over one session. Records are kept by identity, beside themselves so that they stay alive."""

    granted: dict[int, Any] = field(default_factory=dict)
    """Records that a running transition may change by its own right."""
    in_flight: dict[int, Any] = field(default_factory=dict)
    """Records that are being written: a flush inside a hook leaves them to the flush around it."""
    links: dict[int, tuple[Any, dict[str, list[int]]]] = field(default_factory=dict)
    """Wanted many2many links by record, until the next flush."""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    deletions: int = 0

    @contextmanager
    def writing(self, records: Sequence[Any]) -> Iterator[None]:
        """The records are in flight. Hooks that write from within hooks without end are a fault, and are stopped."""
        if len(self._depths) >= DEEPEST_FLUSH:
            raise RuntimeError("hooks keep changing records: they write from within one another without end")
        added = {id(record): record for record in records if id(record) not in self.in_flight}
        self._depths.append(len(added))
        self.in_flight.update(added)
        try:
            yield
        finally:
            self._depths.pop()
            for key in added:
                del self.in_flight[key]

    def moment_of_deletion(self, now: datetime) -> datetime:
        """A moment of its own for each deletion: what went together returns together."""
        self.deletions += 1
        return now + timedelta(microseconds=self.deletions - 1)

    _depths: list[int] = field(default_factory=list)
