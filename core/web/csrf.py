"""State is changed only by a page of ours: a token bound to the session, and the origin of the request.

The token is a salted HMAC of the session's own secret, so that it needs no row and differs on every page (a
compressing proxy leaks nothing). Strangers, who sign in or set a password, have a random visitor cookie instead of a
session. Both are checked: a stolen token is no use from a foreign origin, a trusted origin is no use without it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

from core.errors import AccessDenied
from core.i18n import _
from core.web.cookies import read_session, read_visitor
from core.web.request import Request

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
_SALT: Final = 16


class ForgedRequest(AccessDenied):
    """The request did not come from one of our pages, or the page is older than the session."""

    default = _("This page is out of date. Please reload it and try again.")


def issue(request: Request) -> str:
    """A fresh token for this page's forms."""
    salt = secrets.token_hex(_SALT // 2)
    return salt + _signature(request, salt)


def check(request: Request) -> None:
    """Refuse a state-changing request that no page of ours has made. Raises `ForgedRequest`."""
    if request.method in SAFE_METHODS:
        return
    if not _has_our_origin(request):
        raise ForgedRequest()
    token = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if not isinstance(token, str) or not _is_valid(request, token):
        raise ForgedRequest()


def issue_for(request: Request, session_token: str) -> str:
    """A token for a page that is shown to a session which this very request has begun."""
    salt = secrets.token_hex(_SALT // 2)
    return salt + _sign(request, salt, f"session:{session_token}")


def was_issued_to(request: Request, session_token: str) -> bool:
    """Whether the request came from a page of ours that was shown to this session, though it may be over."""
    token = request.POST.get(FIELD, "")
    owner = f"session:{session_token}"
    return isinstance(token, str) and _has_our_origin(request) and _is_signed(request, token, owner)


def _is_valid(request: Request, token: str) -> bool:
    own = f"session:{read_session(request)}" if request.caller else f"visitor:{read_visitor(request)}"
    return _is_signed(request, token, own)


def _is_signed(request: Request, token: str, own: str) -> bool:
    try:
        return hmac.compare_digest(
            token.encode("ascii"), (token[:_SALT] + _sign(request, token[:_SALT], own)).encode()
        )
    except UnicodeEncodeError:
        return False


def _signature(request: Request, salt: str) -> str:
    own = f"session:{read_session(request)}" if request.caller else f"visitor:{read_visitor(request)}"
    return _sign(request, salt, own)


def _sign(request: Request, salt: str, own: str) -> str:
    return hmac.new(request.secret, f"csrf:{salt}:{own}".encode(), hashlib.sha256).hexdigest()


def _has_our_origin(request: Request) -> bool:
    """Browsers send Origin with every POST; for those that do not, the fetch site or the referrer decides."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return True
    parts = urlsplit(source)
    ours = urlsplit(request.config.base_url)
    return parts.netloc != "" and parts.netloc in (request.host, ours.netloc)
