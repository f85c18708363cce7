"""What each web and worker process keeps at the database: a connection whose name tells its generation.

A removal waits until nobody of an older generation is there (`leaving`). On the same connection the process hears of a
newer generation at once, also where nobody asks it for anything. It is the owner's, without a pooler in between, which
would neither keep the name nor pass notifications on.
"""

from __future__ import annotations

import logging
import selectors
import threading
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from core.lifecycle.generation import CHANNEL
from core.lifecycle.leaving import PRESENCE
from core.orm.engine import make_engine
from core.orm.kernel_tables import generation

_log = logging.getLogger("keyuan.server")
PAUSE: Final = 2.0
"""Seconds before it is tried again after the connection was lost."""
_LOOK_AFTER: Final = 60.0
"""Seconds after which a silent connection is asked whether it still lives."""


def keep_presence(owner_url: str, number: int, newer: Callable[[int], object]) -> None:
    """Be seen until this process ends; `newer` is told of each later generation. Work of a thread, since it waits."""
    if number:
        work = Presence(owner_url, number, newer)
        threading.Thread(target=work.keep, name="presence", daemon=True).start()


class Presence:
    """The connection; made anew when it is lost."""

    def __init__(self, owner_url: str, number: int, newer: Callable[[int], object]) -> None:
        self._engine: Engine = make_engine(owner_url, application_name=f"{PRESENCE}{number}", pooled=False)
        self._told, self._newer = number, newer
        self._ended = threading.Event()

    def keep(self) -> None:
        """Until `end`; a server that is away for a while is waited for."""
        while not self._ended.is_set():
            try:
                self._listen()
            except (SQLAlchemyError, OSError, self._engine.dialect.loaded_dbapi.Error) as error:
                _log.info(
                    "the presence of this process was lost (%s); it is tried again", type(error).__name__
                )
                self._ended.wait(PAUSE)

    def end(self) -> None:
        """Stop at the next sign of life or within a minute; processes just end."""
        self._ended.set()

    def _listen(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"listen {CHANNEL}")
            self._tell(connection.execute(select(generation.c.number)).scalar() or 0)
            raw: Any = connection.connection.dbapi_connection
            with selectors.DefaultSelector() as selector:
                selector.register(raw, selectors.EVENT_READ)
                while not self._ended.is_set():
                    if not selector.select(_LOOK_AFTER):
                        connection.exec_driver_sql("select 1")
                    raw.poll()
                    while raw.notifies:
                        self._tell(int(raw.notifies.pop(0).payload))

    def _tell(self, number: int) -> None:
        if number > self._told:
            self._told = number
            self._newer(number)
