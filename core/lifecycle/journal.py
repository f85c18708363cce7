"""One operation on the deployment at a time, and a record of how far it came.

The lock is a session lock of the server: it ends with the connection, however the process ended. The
journal is written on the same connection outside of the operation's transaction, therefore it survives a
rollback and tells the next process what was interrupted (`unfinished`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select, text, update

from core.errors import KeyuanError
from core.i18n import LazyString, _
from core.lifecycle.lock_holder import holder_of
from core.orm.kernel_tables import journal

LOCK: Final = 0x6B657975616E
"""The key of the lock: "keyuan" in ASCII. One database is one deployment, and the lock is per database."""

BEGIN: Final = "begin"
CATALOGUE: Final = "catalogue"
"""Step inside of the one transaction: interrupted here, nothing has happened. So are the next two."""
RELAXING: Final = "relaxing"
RETURNING: Final = "returning"
FINISHING: Final = "finishing"
"""Step after the transaction: indexes and validation, which can be taken up again."""
LEAVING: Final = "leaving"
"""The addons are removed; processes that still have their code are waited for."""
ASIDE: Final = "aside"
"""Nothing is left to do but to close the entry."""
ARCHIVING: Final = "archiving"
PURGING: Final = "purging"
"""Before the one transaction of a purge, like the step before it."""
UNTOUCHED: Final = frozenset({BEGIN, CATALOGUE, RELAXING, RETURNING, ARCHIVING, PURGING})
"""Steps of which no transaction has taken effect. Any other step was written by the transaction before it."""


class OperationRunning(KeyuanError):
    """Somebody else changes the deployment just now."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        super().__init__(holder.words())


@dataclass(frozen=True)
class Holder:
    """Who changes the deployment, and since when. Without an entry in the journal only the moment is
    known.
    """

    since: datetime
    kind: str = ""
    addons: str = ""
    by: str = ""

    def words(self) -> LazyString:
        if not self.kind:
            return _("Another operation on the addons has been running since {since}.", since=self.since)
        return _(
            "{by} started the operation “{kind} {addons}” at {since}; it has to finish first.",
            by=self.by, kind=self.kind, addons=self.addons, since=self.since,
        )  # fmt: skip


@dataclass
class Entry:
    """The running operation. `step` outside of its transaction is visible to others at once."""

    connection: Connection
    id: int
    at: str = BEGIN
    is_left_open: bool = False
    """Whether the rest waits for something and is done by whoever takes it up, most often a worker's upkeep."""

    def step(self, step: str, within: Connection | None = None, **detail: Any) -> None:
        """Note the step; `within` a transaction it becomes true together with the work of the transaction."""
        values: dict[str, Any] = {"step": step}
        if detail:
            values["detail"] = detail
        (within or self.connection).execute(update(journal).where(journal.c.id == self.id).values(values))

    def is_committed(self) -> bool:
        """Whether a transaction of the operation took effect."""
        step = select(journal.c.step).where(journal.c.id == self.id)
        return self.connection.execute(step).scalar_one() not in UNTOUCHED

    def close(self, state: str, detail: str | None = None) -> None:
        values: dict[str, Any] = {"state": state, "finished": func.now()}
        if detail is not None:
            values["detail"] = {"error": detail}
        self.connection.execute(update(journal).where(journal.c.id == self.id).values(values))


@contextmanager
def exclusive(engine: Engine, wait: float = 0.0) -> Iterator[Connection]:
    """Hold the lock of the deployment on a connection of its own, waiting up to `wait` seconds for it.

    Raises `OperationRunning` with the holder. The engine must be the owner's, without a pooler in between.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        deadline = time.monotonic() + wait
        while not connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one():
            if time.monotonic() >= deadline:
                raise OperationRunning(_holder(connection))
            time.sleep(0.05)
        try:
            yield connection
        finally:
            if not connection.closed and not connection.invalidated:
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})


@contextmanager
def recorded(connection: Connection, kind: str, addons: Sequence[str], by: str) -> Iterator[Entry]:
    """Write an operation into the journal; an exception goes on. It closes the entry as failed where nothing has
    happened yet; else the rest is taken up later.
    """
    values = {"kind": kind, "addons": ", ".join(addons), "by": by, "backend": func.pg_backend_pid()}
    entry = Entry(
        connection, connection.execute(journal.insert().values(values).returning(journal.c.id)).scalar_one()
    )
    try:
        yield entry
    except BaseException as error:
        if not connection.closed and not connection.invalidated and not entry.is_committed():
            entry.close("failed", str(error)[:2000])
        raise
    if not entry.is_left_open:
        entry.close("done")


@dataclass(frozen=True)
class Unfinished:
    """An operation that nobody is at work at: its process is gone, or its rest waits for something."""

    id: int
    kind: str
    addons: str
    step: str
    detail: Mapping[str, Any]
    """What the step has noted for whoever takes it up."""

    @property
    def committed(self) -> bool:
        """Whether a transaction of it took effect: then the rest has to follow."""
        return self.step not in UNTOUCHED

    @property
    def names(self) -> list[str]:
        return [name for name in self.addons.split(", ") if name]


def unfinished(connection: Connection) -> list[Unfinished]:
    """Interrupted operations, oldest first; to be asked by the holder of the lock, else they may be
    running.
    """
    rows = connection.execute(select(journal).where(journal.c.state == "running").order_by(journal.c.id))
    return [Unfinished(row.id, row.kind, row.addons, row.step, row.detail or {}) for row in rows]


def settle(connection: Connection, operation: Unfinished) -> None:
    """Close an interrupted operation: done if its transaction took effect, else the server has rolled it
    back.
    """
    state = "done" if operation.committed else "rolled_back"
    Entry(connection, operation.id).close(state)


def _holder(connection: Connection) -> Holder:
    found = holder_of(connection, LOCK)
    now: datetime = connection.execute(select(func.now())).scalar_one()
    if found is None:
        return Holder(now)
    if connection.execute(text("select to_regclass('core.journal')")).scalar_one() is not None:
        own = journal.c.backend == found.backend
        row = connection.execute(select(journal).where(own, journal.c.state == "running")).first()
        if row is not None:
            return Holder(row.started, row.kind, row.addons, row.by)
    return Holder(found.since or now)
