"""Taking back what one request of the same user has changed: the "Undo" of a toast."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from core.i18n import _
from core.web.redirects import redirect, safe_next
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("undo", "/undo/{request_id:[A-Za-z0-9-]{8,64}}", "POST")
def undo(request: Request) -> Any:
    """Back to the page where it was asked for; what somebody changed since is refused with the reason."""
    request.env.undo(request.matchdict["request_id"])
    request.toast(_("Undone."), "info")
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.referer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return redirect(request, safe_next(path))
