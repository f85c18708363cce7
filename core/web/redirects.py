"""Where to go next: only within this server, and told to htmx in its own way."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from pyramid.response import Response

from core.web.request import Request

_CONTROL: Final = re.compile(r"[\x00-\x20\\\x7f]")


def redirect(request: Request, target: str) -> Any:
    """After a change: look at `target`, a path of this server."""
    if request.is_htmx:
        return Response(status=200, headers={"HX-Redirect": target})
    return Response(status=303, headers={"Location": target})


def safe_next(wanted: object, otherwise: str = "/") -> str:
    """`wanted` if it is a path of this server, else `otherwise`.

    Browsers read `//host`, `/\\host` and paths with tabs in them as other servers, so those are none.
    """
    if not isinstance(wanted, str) or not wanted.startswith("/") or _CONTROL.search(wanted):
        return otherwise
    parts = urlsplit(wanted)
    return (
        otherwise if parts.netloc or parts.scheme or wanted.startswith("//") or len(wanted) > 2000 else wanted
    )
