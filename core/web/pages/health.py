"""For those who watch the server: is this process alive, and can it work?"""

from __future__ import annotations

import structlog
from pyramid.response import Response

from core.orm.engine import check_health
from core.web.request import Request
from core.web.routes import endpoint

log = structlog.get_logger("keyuan.web")


@endpoint("health", "/health", "GET", public=True, database=False)
def alive(request: Request) -> Response:
    """The process answers; the database is not asked."""
    return _plain("ok", 200)


@endpoint("ready", "/ready", "GET", public=True, database=False)
def ready(request: Request) -> Response:
    """The process and its database can serve people now. Why not is in the log only."""
    health = check_health(request.registry.settings["keyuan.engine"])
    if not health.ok:
        log.warning("not ready", detail=health.detail)
    return _plain("ok" if health.ok else "no database", 200 if health.ok else 503)


@endpoint("features", "/features", "GET", public=True, database=False)
def features(request: Request) -> Response:
    """The generation that serves, for open pages, which ask now and then: no session is kept alive by it."""
    return _plain(str(request.generation), 200)


@endpoint("favicon", "/favicon.ico", "GET", public=True, database=False)
def favicon(request: Request) -> Response:
    """Pages name their own icon; browsers ask here all the same."""
    target = request.registry.settings["keyuan.static"].url("logo.svg")
    return Response(status=302, headers={"Location": target, "Cache-Control": "public, max-age=3600"})


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/plain", charset="utf-8")
