"""A worker's look at the wishes of administrators: where some wait and nobody is at it, a runner is started."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Engine, exists, select

from core.config import process_environment
from core.lifecycle.carrying_out import LOCK
from core.lifecycle.lock_holder import holder_of
from core.lifecycle.wishes import WAITING
from core.orm.kernel_tables import addon_request

RUNNER: Final = (sys.executable, "-m", "core.cli", "wishes")
PAUSE: Final = 2.0
"""Seconds between two runners, for the case that one cannot do its work."""


class WishWatch:
    """Called every second. The runner outlives the worker, which may have to make way for what the runner does."""

    def __init__(
        self, engine: Engine, environment: Mapping[str, str], command: Sequence[str] = RUNNER
    ) -> None:
        """`engine` is the application's; `environment` what a process of this deployment needs beside our own."""
        self._engine, self._environment, self._command = engine, environment, list(command)
        self.runner: subprocess.Popen[bytes] | None = None
        self._next = 0.0

    def __call__(self) -> None:
        if self.runner is not None and self.runner.poll() is None:
            return
        if time.monotonic() < self._next or not self._is_wanted():
            return
        self._next = time.monotonic() + PAUSE
        self.runner = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
            env=process_environment(**self._environment),
        )  # fmt: skip

    def _is_wanted(self) -> bool:
        with self._engine.connect() as connection:
            waiting = exists().where(addon_request.c.state.in_(WAITING))
            if not connection.execute(select(waiting)).scalar_one():
                return False
            return holder_of(connection, LOCK) is None
