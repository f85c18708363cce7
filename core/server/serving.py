"""waitress on an inherited socket, with an end that drops no request.

`waitress-serve` ends at SIGTERM and loses the requests in flight. Here draining means: accept nothing more
(another process has the same socket), answer what was begun, tell keep-alive clients to close, close idle
connections after a pause in which a request already on its way can arrive, and only then return.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]
from waitress.task import WSGITask  # type: ignore[import-untyped]

from core.server import child
from core.server.tidying import Tidying

IDLE_SECONDS = 1.0
_log = logging.getLogger("keyuan.server")


def serve(
    app: Callable[..., Any], fd: int, threads: int, drain_seconds: float = 30, **adjustments: Any
) -> None:
    """Answer requests until this process drains; requests slower than `drain_seconds` are then cut off."""
    listening = socket.socket(fileno=fd)
    settings = {"threads": threads, "ident": None, "asyncore_use_poll": True, **adjustments}
    server = create_server(app, sockets=[listening], **settings)
    server.channel_class = _Channel
    child.on_drain(lambda: _wake(server))
    tidying = Tidying()
    child.ready()
    while not child.draining.is_set():
        wasyncore.loop(timeout=5.0, use_poll=True, map=server._map, count=1)
        if tidying.is_due() and not any(channel.is_busy for channel in server.active_channels.values()):
            tidying.tidy()
    _drain(server, drain_seconds)
    server.task_dispatcher.shutdown(timeout=1)


def _drain(server: Any, drain_seconds: float) -> None:
    server.accepting = False
    begin = time.time()
    while server.active_channels:
        now = time.time()
        if now > begin + drain_seconds:
            _log.warning(
                "%d connections cut off after %g seconds", len(server.active_channels), drain_seconds
            )
            break
        for channel in list(server.active_channels.values()):
            if not channel.is_busy and now > max(begin, channel.last_activity) + IDLE_SECONDS:
                channel.will_close = True
        wasyncore.loop(timeout=0.05, use_poll=True, map=server._map, count=1)


def _wake(server: Any) -> None:
    with contextlib.suppress(OSError):
        server.pull_trigger()


class _Task(WSGITask):  # type: ignore[misc]
    def build_response_header(self) -> bytes:
        """The client's next request needs a new connection, which the next generation accepts."""
        if child.draining.is_set():
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task

    @property
    def is_busy(self) -> bool:
        """A request is coming in, being answered, or its answer is not sent yet."""
        return bool(self.requests or self.request is not None or self.total_outbufs_len)
