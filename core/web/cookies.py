"""Our cookies: the session, the visitor before it, and the language of a visitor.

Under https the names carry the `__Host-` prefix: no subdomain can set them and no path can shadow them. None of them
can be read by scripts. The session cookie ends with the browser; the server ends it earlier by its own clock.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from core.auth.steps import LIFETIME

if TYPE_CHECKING:
    from core.web.request import Request

LANGUAGE: Final = "keyuan-language"
_STEP: Final = "keyuan-step"
_YEAR: Final = 365 * 24 * 3600


def _name(request: Request, short: str) -> str:
    return f"__Host-{short}" if is_https(request) else short


def is_https(request: Request) -> bool:
    """Whether people reach this deployment by https; the configured address decides, not the request."""
    return request.config.base_url.startswith("https://")


def read_session(request: Request) -> str | None:
    """The session token the browser sent; empty and absurd ones count as none."""
    token = request.session_token or request.cookies.get(_name(request, "keyuan"))
    return token if token and token.isascii() and len(token) <= 200 else None


def write_session(request: Request, response: Any, token: str) -> None:
    """Hand out a new session, and end the visitor's life."""
    request.session_token = token
    _set(request, response, "keyuan", token)
    _remove(request, response, "keyuan-visitor")
    if read_step(request) is not None:
        clear_step(request, response)


def clear_session(request: Request, response: Any) -> None:
    _remove(request, response, "keyuan")


def read_step(request: Request) -> str | None:
    """The token of a sign-in that is under way in this browser."""
    token = request.cookies.get(_name(request, _STEP))
    return token if token and token.isascii() and len(token) <= 200 else None


def write_step(request: Request, response: Any, token: str) -> None:
    """The browser keeps it for as long as the step can be taken up."""
    _set(request, response, _STEP, token, max_age=int(LIFETIME.total_seconds()))


def clear_step(request: Request, response: Any) -> None:
    _remove(request, response, _STEP)


def read_visitor(request: Request) -> str:
    """The random name of a stranger's browser, made now if it has none; `write_visitor` keeps it."""
    made: str | None = request.environ.get("keyuan.visitor")
    sent = request.cookies.get(_name(request, "keyuan-visitor"), "")
    if made is None:
        made = sent if len(sent) == 32 and sent.isalnum() else secrets.token_hex(16)
        request.environ["keyuan.visitor"] = made
        request.environ["keyuan.visitor.is_new"] = made != sent
    return made


def write_visitor(request: Request, response: Any) -> None:
    """Keep the visitor's name if a page of this request asked for it."""
    if request.environ.get("keyuan.visitor.is_new") and request.caller is None:
        _set(request, response, "keyuan-visitor", request.environ["keyuan.visitor"])


def write_language(request: Request, response: Any, language: str) -> None:
    response.set_cookie(
        LANGUAGE, language, max_age=_YEAR, httponly=True, samesite="Lax", secure=is_https(request)
    )


def _set(request: Request, response: Any, short: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        _name(request, short), value, max_age=max_age, httponly=True, samesite="Lax", secure=is_https(request),
        overwrite=True,
    )  # fmt: skip


def _remove(request: Request, response: Any, short: str) -> None:
    """Written with all its attributes: a browser takes no `__Host-` cookie without them, not even an empty one."""
    name = _name(request, short)
    response.set_cookie(
        name, "", max_age=0, httponly=True, samesite="Lax", secure=is_https(request), overwrite=True
    )
