"""A streaming replica for reading, and for nothing that is older than the moment of the question.

A reader asks the primary how far its log is, and the replica whether it has replayed as much. It usually has, or has a
few milliseconds later: what is read there then contains everything that anybody had committed when the reader asked,
the reader's own last write among it. If it has not within a tenth of a second, or does not answer, the primary reads.
So nobody sees the past, no position is remembered for a session, and a lost replica costs no answer.

Row-level security, rights and leakproof marks lie in the copied catalogue and hold there; a transaction's wall is put
up there as everywhere. Who is calling is found out on the primary, so rights that were taken away are gone at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.i18n import LazyString, _
from core.orm.engine import make_engine, scope_of, session_factory, set_scope
from core.orm.retrying import Overtaken
from core.orm.trust import TRUSTED

PATIENCE: Final = 0.1
"""Seconds that a reader waits for the replica to catch up."""
REST: Final = 10.0
"""Seconds for which a replica that has failed is not asked."""
FAR_BEHIND: Final = 64 << 20
"""Bytes of log by which a replica may be behind before `doctor` speaks of it."""
_STEP: Final = 0.005
_CONNECT_SECONDS: Final = 2

_POSITION: Final = text("select pg_current_wal_flush_lsn()::text")
_REPLAYED: Final = text(
    "select pg_is_in_recovery(), pg_last_wal_replay_lsn() >= cast(:position as pg_lsn), "
    "pg_wal_lsn_diff(cast(:position as pg_lsn), pg_last_wal_replay_lsn())"
)
_log: Final = logging.getLogger("keyuan.replica")


def replica_engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine of the application's role on the replica; its transactions are read-only, wherever the URL leads."""
    made = make_engine(
        url, application_name="keyuan reports", pool_size=pool_size, connect_seconds=_CONNECT_SECONDS
    )
    return made.execution_options(postgresql_readonly=True)


class Replica:
    """Where reports are read, when it can tell the present."""

    def __init__(self, engine: Engine, *, patience: float = PATIENCE) -> None:
        self._sessions = session_factory(engine)
        self._patience = patience
        self._resting_until = 0.0

    @contextmanager
    def reading(self, primary: Session) -> Iterator[Session | None]:
        """A session on the replica behind the wall of `primary`, whose transaction is finished first; None where the
        primary has to read. A fault of the replica raises `Overtaken`: the same work then succeeds on the primary.
        """
        session = None if time.monotonic() < self._resting_until else self._caught_up(primary)
        if session is None:
            yield None
            return
        try:
            yield session
        except DBAPIError as error:
            self._rest(error)
            raise Overtaken() from error
        finally:
            session.close()

    def _caught_up(self, primary: Session) -> Session | None:
        position = primary.scalar(_POSITION, execution_options=TRUSTED)
        scope = scope_of(primary)
        primary.commit()
        session = self._sessions()
        if scope is not None:
            set_scope(session, scope)
        try:
            if self._is_there(session, position):
                return session
        except DBAPIError as error:
            self._rest(error)
        session.close()
        return None

    def _is_there(self, session: Session, position: Any) -> bool:
        deadline = time.monotonic() + self._patience
        while True:
            state = session.execute(_REPLAYED, {"position": position}, execution_options=TRUSTED)
            recovers, has_replayed, _behind = state.one()
            if not recovers:
                self._rest("it is no replica, or no longer")
                return False
            if has_replayed:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_STEP)

    def _rest(self, reason: object) -> None:
        self._resting_until = time.monotonic() + REST
        _log.warning(
            "the replica is not asked for %d seconds: %s", REST, getattr(reason, "orig", None) or reason
        )


def replica_problems(engine: Engine, primary: Connection) -> list[LazyString]:
    """What keeps a replica from being of use, for `doctor`. Never raises for the replica's sake."""
    position = primary.execute(_POSITION).scalar_one()
    try:
        with engine.connect() as connection:
            recovers, _has_replayed, behind = connection.execute(_REPLAYED, {"position": position}).one()
    except DBAPIError as error:
        return [_("The replica cannot be reached: {reason}", reason=str(error.orig or error).strip())]
    if not recovers:
        return [_("KEYUAN_REPLICA_URL does not lead to a streaming replica; it is not used.")]
    if behind is None or behind > FAR_BEHIND:
        size = "?" if behind is None else str(int(behind) >> 20)
        return [_("The replica is {size} MB of log behind; reports are read from the primary.", size=size)]
    return []
