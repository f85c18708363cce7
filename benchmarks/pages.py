"""Whole pages of the web application, called as a server would call it, signed in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.measure import Line, side_by_side
from core.auth.sessions import start_session
from core.config import Config
from core.orm.compose import Composition
from core.orm.engine import session_factory
from core.web.app import make_app


class Browser:
    """Requests of one signed-in user without sockets: routing, sign-in, rights, rendering."""

    def __init__(self, config: Config, composed: Composition, app: Engine, login: str) -> None:
        self.application: Any = make_app(config, composed, engine=app, reload=False)
        with app.connect() as connection:
            user = connection.execute(
                text("select id from base.user where login = :l"), {"l": login}
            ).scalar_one()
            company = connection.execute(text("select id from base.company where code = 'main'")).scalar_one()
            self.lead = connection.execute(
                text("select set_config('keyuan.read', :c, true)"), {"c": f"{{{company}}}"}
            )
            self.lead = connection.execute(text("select max(id) - 5000 from crm_leads.lead")).scalar_one()
        with session_factory(app)() as session:
            self.token = start_session(session, user, company_id=company)
            session.commit()
        self.host = config.base_url.removeprefix("http://")

    def get(self, path: str) -> bytes:
        """The body of a page; anything but 200 is an error of the benchmark."""
        address, _mark, query = path.partition("?")
        found: list[str] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": self.host.partition(":")[0], "SERVER_PORT": self.host.partition(":")[2] or "80",
            "HTTP_HOST": self.host, "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False, "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": f"keyuan={self.token}",
        }  # fmt: skip
        body = b"".join(self.application(environ, lambda status, headers, exc=None: found.append(status)))
        if not found[0].startswith("200"):
            raise RuntimeError(f"{path}: {found[0]}")
        return body

    def lines(self, env_rows: int) -> list[Line]:
        """The pages of the table."""
        lead = "/r/crm_leads.lead"
        pages: dict[str, str] = {
            "page: list": f"{lead}?preset=",
            "page: list by amount": f"{lead}?preset=&order=-expected_revenue",
            "page: search by two characters": f"{lead}?preset=&q=%E5%8D%8E%E8%85%BE",
            "page: form with timeline": f"{lead}/{self.lead}",
        }
        return [
            side_by_side(name, self._asked(path), note=f"{len(self.get(path)):,} bytes")
            for name, path in pages.items()
        ]

    def _asked(self, path: str) -> Callable[[], bytes]:
        return lambda: self.get(path)
