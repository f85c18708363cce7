"""Work that is done again, from its start, where somebody else was faster."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
_SERIALISATION_FAILURE, _DEADLOCK = "40001", "40P01"


class Overtaken(Exception):
    """Somebody else was faster: the same work may succeed when it is done again, from its start."""


def is_retryable(error: BaseException) -> bool:
    """Whether the same work may succeed when it is done again: a deadlock, a serialisation failure, a row that was
    changed between reading and writing.
    """
    if isinstance(error, Overtaken):
        return True
    code = getattr(getattr(error, "orig", None), "pgcode", None)
    return isinstance(error, DBAPIError) and code in (_SERIALISATION_FAILURE, _DEADLOCK)


def run_with_retry(
    work: Callable[[], T], *, tries: int = 4, sleep: Callable[[float], None] = time.sleep
) -> T:
    """Do `work`, a whole transaction of its own, again when the database had to choose a loser.

    Waits a growing random time in between (20 ms at most before the second try); the last error is raised
    as it is.
    """
    for attempt in range(1, tries):
        try:
            return work()
        except (DBAPIError, Overtaken) as error:
            if not is_retryable(error):
                raise
        sleep(random.uniform(0.005, 0.02) * 2 ** (attempt - 1))  # noqa: S311 - spreads retries, protects nothing
    return work()
