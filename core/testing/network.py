"""Nothing leaves the test: connections to anything but this machine are refused."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


class OutsideRefused(OSError):
    """A test tried to reach another machine."""


def is_local(address: Any) -> bool:
    """Whether a socket address stays on this machine: a path, `localhost` or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect or send elsewhere, and to ask a name server about other hosts."""
    for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), position))
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not is_local((name, 0)):
            raise OutsideRefused(f"a test asked for the address of {name}")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _guarded(original: Any, position: int) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if not is_local(arguments[position]):
            raise OutsideRefused(f"a test tried to reach {arguments[position]}")
        return original(self, *arguments)

    return guarded
