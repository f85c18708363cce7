"""The floor: what the list page costs with Pyramid, Chameleon and psycopg2 alone.

One query, no sign-in, no rights, no row-level security, one language: the least that a page of this stack takes. The
page is cut before names are joined. It is called like the product's page: `make_floor(…)` gives the WSGI application,
and `python -m benchmarks.floor --fd N` serves it with the product's own web server.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from chameleon import PageTemplateFile
from psycopg2.extras import NamedTupleCursor
from psycopg2.pool import ThreadedConnectionPool
from pyramid.config import Configurator
from pyramid.response import Response

from benchmarks.plain import PAGE, SORTS, driver_url, order_by
from core.config import process_environment
from core.server import child, serving

URL_VARIABLE: Final = "BENCH_FLOOR_URL"
"""The owner's URL travels in the environment, since it holds a password."""
_ZONE: Final = ZoneInfo("Asia/Shanghai")


def money(amount: Decimal | None) -> str:
    """As the product's list writes it."""
    return "" if amount is None else f"¥{amount:,.2f}"


def day(value: date | None) -> str:
    """A day in Chinese."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """A point in time in the reader's zone."""
    return "" if value is None else value.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")


class Floor:
    """The one page: `/leads`, `/leads?order=-expected_revenue`."""

    def __init__(self, url: str, company: int, connections: int = 8) -> None:
        self.company = company
        self.pool = ThreadedConnectionPool(1, connections, driver_url(url), cursor_factory=NamedTupleCursor)
        self.template = PageTemplateFile(str(Path(__file__).with_name("floor.pt")))

    def page(self, request: Any) -> Response:
        """80 leads with the names of customer and owner."""
        wanted = request.GET.get("order", "-id")
        if wanted.removeprefix("-") not in SORTS:
            return Response("no such column", status=400)
        rows = self._rows(PAGE.format(order=order_by(wanted), limit=81))
        body = self.template(rows=rows[:80], more=len(rows) > 80, money=money, day=day, moment=moment)
        return Response(body, content_type="text/html", charset="utf-8")

    def _rows(self, sql: str) -> list[Any]:
        connection = self.pool.getconn()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql, {"company": self.company})
                found: list[Any] = cursor.fetchall()
                return found
        finally:
            self.pool.putconn(connection)


def make_floor(url: str, company: int, connections: int = 8) -> Callable[..., Any]:
    """The WSGI application."""
    with Configurator() as configurator:
        configurator.add_route("leads", "/leads")
        configurator.add_view(Floor(url, company, connections).page, route_name="leads")
        application: Callable[..., Any] = configurator.make_wsgi_app()
    return application


def main() -> None:
    """Serve on an inherited socket until drained, as a web process of the product does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--company", type=int, required=True)
    parser.add_argument("--threads", type=int, default=8)
    arguments = parser.parse_args()
    child.attach()
    url = process_environment()[URL_VARIABLE]
    serving.serve(make_floor(url, arguments.company, arguments.threads), arguments.fd, arguments.threads)


if __name__ == "__main__":
    main()
