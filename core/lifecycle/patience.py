"""Changes of tables give way: they wait shortly, let those through who queue up behind them, and try again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from core.lifecycle.errors import TablesInUse
from core.orm.retrying import is_retryable

T = TypeVar("T")

LOCK_TIMEOUT_MS: Final = 2_000
"""Whoever wants a table while we wait for it has to wait as well: hence this is short."""
TRIES: Final = 8
_LOCK_NOT_AVAILABLE: Final = "55P03"


def patiently(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Do `work` in one transaction, again from its start where a lock was not to be had.

    Raises `TablesInUse` after half a minute; nothing has happened then.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with engine.begin() as connection:
                connection.execute(text(f"set local lock_timeout = {LOCK_TIMEOUT_MS}"))
                return work(connection)
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE and not is_retryable(error):
                raise
            if attempt == TRIES:
                raise TablesInUse() from error
        time.sleep(random.uniform(0.2, 0.6) * attempt)  # noqa: S311 - spreads retries, protects nothing
    raise TablesInUse()
