"""The listening socket, which the parent process owns and every web child inherits."""

from __future__ import annotations

import errno
import socket

from core.i18n import _
from core.server.errors import ServerError

BACKLOG = 1024


class PortTaken(ServerError):
    """Another program listens on this address; the command ends with exit code 2."""

    exit_code = 2


def listen(host: str, port: int) -> socket.socket:
    """A socket that already queues connections, so that nobody is refused while the children start."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ServerError(
            _("host: {host} is no address of this machine: {reason}", host=host, reason=str(error))
        ) from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise _explained(error, host, port) from error
    return listening


def _explained(error: OSError, host: str, port: int) -> ServerError:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(
            _(
                "Port {port} on {host} is taken by another program. Choose another one with --port or "
                "KEYUAN_PORT, or end that program.",
                port=str(port),
                host=host,
            )
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return ServerError(
            _(
                "Port {port} may not be opened by this user. Choose one above 1023 with --port or "
                "KEYUAN_PORT.",
                port=str(port),
            )
        )
    return ServerError(
        _(
            "Cannot listen on {host}, port {port}: {reason}",
            host=host,
            port=str(port),
            reason=error.strerror or "",
        )
    )
