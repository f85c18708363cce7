"""Requests without sockets: the application is called as a server would call it, and statements are counted."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

Application = Callable[..., Any]


class Browser:
    """Somebody who is signed in at one application."""

    def __init__(self, application: Application, host: str, token: str = "") -> None:
        self.application, self.host, self.token = application, host, token

    def get(self, path: str) -> bytes:
        """The body of a page; anything but 200 is an error of the benchmark."""
        address, _mark, query = path.partition("?")
        name, _colon, port = self.host.partition(":")
        found: list[str] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": name, "SERVER_PORT": port or "80", "HTTP_HOST": self.host, "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False,
            "wsgi.run_once": False, "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": f"keyuan={self.token}",
        }  # fmt: skip
        answer = self.application(environ, lambda status, headers, exc=None: found.append(status))
        body = b"".join(answer)
        if not found[0].startswith("200"):
            raise RuntimeError(f"{path}: {found[0]}")
        return body


@dataclass
class Counted:
    """Statements of a stretch of work, and the milliseconds spent waiting for them."""

    statements: int = 0
    milliseconds: float = 0.0


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Count what goes through `engine`; BEGIN, ROLLBACK and the pool's ping are not statements."""
    counted = Counted()
    began = [0.0]

    def before(*_arguments: Any) -> None:
        began[0] = time.perf_counter()

    def after(*_arguments: Any) -> None:
        counted.statements += 1
        counted.milliseconds += (time.perf_counter() - began[0]) * 1000

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
