"""A request to a WSGI application in this process, as a server would hand it over, without sockets."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[..., Iterable[bytes]]
HOST = "127.0.0.1"


def request(
    application: Application, path: str, headers: dict[str, str], body: bytes = b"", kind: str = ""
) -> tuple[str, bytes]:
    """Status and body of a GET, or of a POST when there is a body; errors of the server are raised."""
    address, _mark, query = path.partition("?")
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET", "SCRIPT_NAME": "", "PATH_INFO": address, "QUERY_STRING": query,
        "SERVER_NAME": HOST, "SERVER_PORT": "80", "HTTP_HOST": HOST, "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": HOST, "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": errors,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }  # fmt: skip
    status: list[str] = []
    answer = application(environ, lambda found, _headers, _exc=None: status.append(found))
    try:
        content = b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()
    if status[0][0] not in "23":
        raise RuntimeError(f"{path}: {status[0]} {content[:500]!r} {errors.getvalue()}")
    return status[0], content
