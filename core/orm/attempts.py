"""A change that may be refused while the page that asked for it goes on to say why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from core.errors import Conflict, KeyuanError
from core.orm.writing import StaleRecord

if TYPE_CHECKING:
    from core.orm.env import Env


@contextmanager
def attempt(env: Env) -> Iterator[None]:
    """What happens inside is written whole or, when it is refused, not at all; the refusal is raised either way.

    Records that were changed and not written are as in the database again, so that reading on carries nothing along.
    A row that somebody else changed between reading and writing is a `Conflict` without fields: try again.
    """
    env.flush()
    savepoint = env.session.connection().begin_nested()
    try:
        yield
        env.flush()
    except (KeyuanError, StaleRecord, DBAPIError) as refusal:
        env.take_links()
        env.session.expire_all()
        savepoint.rollback()
        if isinstance(refusal, StaleRecord):
            raise Conflict() from refusal
        raise
    savepoint.commit()
