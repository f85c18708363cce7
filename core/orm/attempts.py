"""Changes that may not last: one that may be refused while the page goes on to say why, and one that is only tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import NestedTransaction

    from core.orm.env import Env


@contextmanager
def attempt(env: Env) -> Iterator[None]:
    """What happens inside is written whole or, when it is refused, not at all; the refusal is raised either way.

    Records that were changed and not written are as in the database again, so that reading on carries nothing along.
    A row that somebody else changed between reading and writing is `StaleRecord`, a `Conflict` without fields.
    """
    savepoint, waiting = _begin(env)
    try:
        yield
        env.flush()
    except BaseException:
        _take_back(env, savepoint, waiting)
        raise
    savepoint.commit()


@contextmanager
def rehearsal(env: Env) -> Iterator[None]:
    """What happens inside is done as ever and taken back at the end, so that it can be told before anybody agrees.

    Nothing inside may commit. Rows are locked until the transaction around it ends.
    """
    savepoint, waiting = _begin(env)
    try:
        yield
    finally:
        _take_back(env, savepoint, waiting)


def _begin(env: Env) -> tuple[NestedTransaction, int]:
    env.flush()
    return env.session.connection().begin_nested(), len(env.unit.after_commit)


def _take_back(env: Env, savepoint: NestedTransaction, waiting: int) -> None:
    env.take_links()
    env.session.expire_all()
    savepoint.rollback()
    del env.unit.after_commit[waiting:]
