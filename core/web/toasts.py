"""Short messages in the corner of the page. They survive one redirect in a signed cookie, or ride on an htmx answer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

from core.web.cookies import is_https

if TYPE_CHECKING:
    from core.web.request import Request

COOKIE: Final = "keyuan-toasts"
_SECONDS: Final = 60
_KEPT: Final = 4
_LONGEST: Final = 300


@dataclass(frozen=True)
class Toast:
    """`kind` is success, info, warning or danger; `undo` the request that can be taken back."""

    text: str
    kind: str = "success"
    undo: str | None = None


def read(request: Request) -> list[Toast]:
    """What the request before left behind, and what this one says; asking for it uses it up."""
    waiting = _load(request)
    if waiting:
        request.environ["keyuan.toasts.used"] = True
    said, request.toasts = request.toasts, []
    return [*waiting, *said]


def write(request: Request, response: Any) -> None:
    """Send what nobody has shown yet: with the answer to htmx, else to the next page."""
    said = request.toasts[-_KEPT:]
    redirected = "HX-Redirect" in response.headers or "HX-Refresh" in response.headers
    if said and request.is_htmx and not redirected:
        triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
        triggers["keyuan:toasts"] = {"target": "body", "toasts": [asdict(toast) for toast in said]}
        response.headers["HX-Trigger"] = json.dumps(triggers)
    elif said:
        left = [[toast.text[:_LONGEST], toast.kind, toast.undo] for toast in said]
        response.set_cookie(
            COOKIE, _signer(request).dumps(left), max_age=_SECONDS, httponly=True, samesite="Lax",
            secure=is_https(request),
        )  # fmt: skip
    elif request.environ.get("keyuan.toasts.used"):
        response.delete_cookie(COOKIE)


def _load(request: Request) -> list[Toast]:
    sent = request.cookies.get(COOKIE)
    if not sent:
        return []
    try:
        return [Toast(*parts) for parts in _signer(request).loads(sent, max_age=_SECONDS)]
    except (BadSignature, TypeError):
        return []


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.secret, salt="toasts")
