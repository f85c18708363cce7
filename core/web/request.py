"""The request as our pages see it: who is calling, the one Env, and what has to be said in the answer."""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pyramid.request import Request as PyramidRequest

from core.config import Config
from core.i18n import LazyString, negotiate

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.auth.identity import Identity
    from core.orm.env import Env
    from core.web.routes import Endpoint
    from core.web.toasts import Toast

FORWARDING: Final = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Request(PyramidRequest):  # type: ignore[misc]
    """One request. `env` is open while a view runs, and never on pages that need no database."""

    caller: Identity | None = None
    """Who is signed in, and in which company; None for strangers."""
    session_token: str | None = None
    _database: Session | None = None
    _env: Env | None = None
    _csrf_token: str | None = None
    request_id: str
    csp_nonce: str
    toasts: list[Toast]
    endpoint: Endpoint | None = None

    def start(self) -> None:
        """Called once by the outermost tween."""
        self.request_id = secrets.token_hex(8)
        self.csp_nonce = secrets.token_urlsafe(16)
        self.toasts = []

    @property
    def env(self) -> Env:
        if self._env is None:
            raise LookupError("this page runs without an Env: mark it signed_in, or read nothing")
        return self._env

    @property
    def database(self) -> Session:
        """The open database session, for what has no Env yet: signing in, one-time links."""
        if self._database is None:
            raise LookupError("this page runs without a database")
        return self._database

    @property
    def signed_in(self) -> Identity:
        """Who is signed in, on pages that strangers never reach."""
        if self.caller is None:
            raise LookupError("this page is for strangers too: ask for request.caller")
        return self.caller

    @property
    def generation(self) -> int:
        """That of the composition that answers."""
        return int(self.registry.settings["keyuan.generation"])

    @property
    def features(self) -> str:
        """What the caller's company has: another text after a switch, and after every change of the deployment."""
        addons = ",".join(sorted(self.caller.addons)) if self.caller is not None else ""
        return f"{self.generation}.{zlib.crc32(addons.encode()):x}"

    @property
    def config(self) -> Config:
        config: Config = self.registry.settings["keyuan.config"]
        return config

    @property
    def secret(self) -> bytes:
        """The deployment's key, read once at start."""
        key: bytes = self.registry.settings["keyuan.secret"]
        return key

    @property
    def is_htmx(self) -> bool:
        """Asked for by htmx, which wants a fragment and reads the HX headers of the answer."""
        return bool(self.headers.get("HX-Request") == "true")

    @property
    def is_api(self) -> bool:
        """Whether a program asks: it is told everything in JSON, and no cookie means anything."""
        return is_api(self.environ.get("PATH_INFO", ""))

    @property
    def is_partial(self) -> bool:
        """htmx will put the answer into one element of the page, not into its body."""
        return self.is_htmx and self.headers.get("HX-Request-Type") != "full"

    @property
    def language(self) -> str:
        """The user's language, else what the visitor chose, else what the browser asks for."""
        if self.caller is not None:
            return self.caller.language
        chosen = None if self.is_api else self.cookies.get("keyuan-language")
        if chosen:
            return negotiate([chosen], self.config.language)
        wanted = [code for code, _quality in self.accept_language.parsed or ()]
        return negotiate(wanted, self.config.language)

    @property
    def address(self) -> str | None:
        """The caller's real address, for throttling and for what is allowed on this machine only; None if unknown.

        A forwarding header is believed only from a proxy on this machine, and only when `base_url` says that there
        is one; then the last entry counts, which that proxy wrote. A forwarded request is never a local one.
        """
        peer = self.environ.get("REMOTE_ADDR") or "127.0.0.1"
        if not is_loopback(peer) or not any(name in self.headers for name in FORWARDING):
            return str(peer)
        if is_loopback(urlsplit(self.config.base_url).hostname or ""):
            return None
        last = self.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        try:
            return None if is_loopback(last) else str(ip_address(last))
        except ValueError:
            return None

    @property
    def csrf_token(self) -> str:
        """The token of this page's forms, one for all of them."""
        from core.web.csrf import issue

        if self._csrf_token is None:
            self._csrf_token = issue(self)
        return self._csrf_token

    def toast(self, text: LazyString | str, kind: str = "success", *, undo: str | None = None) -> None:
        """Say something in the corner of the next page. `undo` is the id of the request that can be taken back."""
        from core.web.toasts import Toast

        self.toasts.append(Toast(str(text), kind, undo))

    def path_of(self, route: str, **parts: Any) -> str:
        """The address of a page on this server, without host; keyword `query` is its query."""
        query = parts.pop("query", None)
        path: str = (
            self.route_path(route, _query=query, **parts) if query else self.route_path(route, **parts)
        )
        return path


def is_api(path: str) -> bool:
    """Whether the address is one for programs, also if there is nothing at it."""
    return path == "/api" or path.startswith("/api/")


def is_loopback(host: str) -> bool:
    """Whether the name or address means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


View = Callable[[Request], Any]
