"""A process that kills itself at one of the statements of an operation, as an administrator's finger or a power cut would.

The statements of a run that nobody disturbs are counted first; those that write a step into the journal are the points
that matter most.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, event

from core.testing.database import ScratchDatabase

Deed = Callable[[ScratchDatabase], object]
JOURNALED = "UPDATE core.journal SET step"


@dataclass(frozen=True)
class Point:
    """Before the statement of this number, or right after it, when its transaction is still open."""

    number: int
    is_after: bool = False

    def __str__(self) -> str:
        return f"{'after' if self.is_after else 'before'} statement {self.number}"


def statements_of(database: ScratchDatabase, deed: Deed) -> list[str]:
    """What the operation says to the database, in its order; it is done afterwards."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        deed(database)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    return said


def journaled(said: list[str]) -> list[Point]:
    """Right after each step was written, and again when its transaction has been committed."""
    steps = [number for number, statement in enumerate(said) if statement.startswith(JOURNALED)]
    return [point for number in steps for point in (Point(number, is_after=True), Point(number + 1))]


def killed_at(database: ScratchDatabase, deed: Deed, point: Point) -> None:
    """Do it in a process of its own, which does not live to see the end."""
    pid = os.fork()
    if pid == 0:
        try:
            _arm(point)
            deed(database)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL, f"not killed {point}"


def _arm(point: Point) -> None:
    count = 0

    def hear(*_given: object) -> None:
        nonlocal count
        if count == point.number:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    event.listen(Engine, f"{'after' if point.is_after else 'before'}_cursor_execute", hear)
