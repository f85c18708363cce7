"""Giving out a stored file: as a download, or shown by the browser where that is harmless. Always as what it is.

Whatever is in a file, it never runs as a page of ours: its type is the one found in its content, browsers may not
guess another, and the answer has a policy of its own that allows nothing.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from pyramid.response import FileResponse

from core.files.kinds import Opens, opens
from core.files.shelf import shelf_of
from core.orm.stored_file import StoredFile
from core.web.request import Request

SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'self'"
"""A browser's own viewer of PDF works in it; nothing of the file does."""
DOWNLOADED: Final = "application/octet-stream"
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._ -]+")


def file_answer(request: Request, stored: StoredFile) -> Any:
    """The content. `?show=1` asks to see it, which only pictures, PDF and plain text can be; else it is saved.

    Nobody on the way keeps a copy, and the browser asks again each time whether it may still show its own.
    """
    shown = opens(stored.type) if request.GET.get("show") else None
    path = str(shelf_of(request.env).existing(stored.sha256))
    response = FileResponse(path, request=request, content_type=_type(stored, shown), content_encoding=None)
    charset = stored.type.partition("charset=")[2]
    response.charset = charset if shown == "text" and charset else None
    response.last_modified = None
    response.content_disposition = disposition(stored.name, "inline" if shown else "attachment")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-cache"
    response.etag = f"{stored.sha256}{'-shown' if shown else ''}"
    response.conditional_response = True
    return response


def _type(stored: StoredFile, shown: Opens | None) -> str:
    return stored.media if shown else DOWNLOADED


def disposition(name: str, how: str) -> str:
    """The header with the name twice: plain for old clients, and whole (RFC 6266)."""
    plain = " ".join(_PLAIN.sub("_", name).split()).strip(" _") or "file"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
