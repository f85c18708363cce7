"""A statement that may fail, in a transaction that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.orm.env import Env

_numbers: Final = count(1)


@contextmanager
def undoable(env: Env) -> Iterator[None]:
    """Statements that are taken back when an error leaves the block. Two short round trips, so for where it may."""
    connection = env.session.connection()
    name = f"keyuan_{next(_numbers)}"
    connection.exec_driver_sql(f"savepoint {name}")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql(f"rollback to savepoint {name}")
        raise
    connection.exec_driver_sql(f"release savepoint {name}")
