"""Short calls to a service that the configuration names: within seconds, of limited size, never led elsewhere."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Mapping
from typing import IO, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from core.errors import UserError
from core.i18n import _
from core.modules.manifest import Manifest

SECONDS: Final = 8.0
LARGEST: Final = 256 << 10
_PIECE: Final = 16 << 10


class OutsideFailed(Exception):
    """No answer, too late, too large, or not JSON. The reason is for the log: it may name addresses."""


class HostNotDeclared(UserError):
    """An addon calls a host that its manifest does not name."""

    def __init__(self, addon: str, host: str) -> None:
        self.addon, self.host = addon, host
        text = _("{addon} may not call {host}: its manifest does not name that host in outbound_hosts.",
                 addon=addon, host=host)  # fmt: skip
        super().__init__(text)


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_given: Any) -> None:
        return None


def is_safe_address(address: str) -> bool:
    """https, or http on this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and not parts.username and (
        parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    )  # fmt: skip


def call_outside(
    manifest: Manifest,
    address: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """How an addon calls a service on the network, in a job of its own: the JSON object at `address`, posted `form`
    where there is one. It hands in its own manifest, whose `outbound_hosts` are all that it reaches.

    Raises `HostNotDeclared`, and `OutsideFailed` for no answer, one that is late (8 s) or large (256 KB), or not JSON.
    """
    host = (urlsplit(address).hostname or "").lower()
    if host not in manifest.outbound_hosts:
        raise HostNotDeclared(manifest.name, host)
    return fetch_json(address, form, headers)


def fetch_json(
    address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object at `address`, posted `form` where there is one. Raises `OutsideFailed`."""
    if not is_safe_address(address):
        raise OutsideFailed(f"{address} is neither https nor on this machine")
    body = urlencode(form).encode() if form is not None else None
    request = Request(address, data=body, headers={"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with _opener().open(request, timeout=SECONDS) as answer:
            found = json.loads(_read(answer))
    except HTTPError as refused:
        raise OutsideFailed(f"{address} answered {refused.code}") from refused
    except (OSError, ValueError) as error:
        raise OutsideFailed(f"{address}: {error}") from error
    if not isinstance(found, dict):
        raise OutsideFailed(f"{address} answered something else than an object")
    return found


def _read(answer: IO[bytes]) -> bytes:
    """All of it, within limits that a slow drip cannot stretch."""
    ends, content = time.monotonic() + SECONDS, b""
    while piece := answer.read1(_PIECE) if hasattr(answer, "read1") else answer.read(_PIECE):
        content += piece
        if len(content) > LARGEST:
            raise ValueError("the answer is too large")
        if time.monotonic() > ends:
            raise TimeoutError("the answer takes too long")
    return content


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _StayHere())


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
