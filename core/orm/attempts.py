"""A change that may be refused while the page that asked for it goes on to say why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.orm.env import Env


@contextmanager
def attempt(env: Env) -> Iterator[None]:
    """What happens inside is written whole or, when it is refused, not at all; the refusal is raised either way.

    Records that were changed and not written are as in the database again, so that reading on carries nothing along.
    A row that somebody else changed between reading and writing is `StaleRecord`, a `Conflict` without fields.
    """
    env.flush()
    waiting = len(env.unit.after_commit)
    savepoint = env.session.connection().begin_nested()
    try:
        yield
        env.flush()
    except BaseException:
        env.take_links()
        env.session.expire_all()
        savepoint.rollback()
        del env.unit.after_commit[waiting:]
        raise
    savepoint.commit()
