"""The requests that Tryton's client sends, through the server's own application, without sockets."""

from __future__ import annotations

import base64
import json
import os
from typing import Any, Final

from trytond.application import app
from trytond.pool import Pool
from trytond.transaction import Transaction

from benchmarks.peers.wsgi import HOST, request

MODEL: Final = "sale.opportunity"
LIST: Final = ["number", "reference", "description", "state", "amount", "conversion_probability", "start_date",
               "end_date", "party", "employee"]  # fmt: skip
"""The columns of Tryton's own list view, without the company."""
LABELS: Final = ["party.rec_name", "employee.rec_name"]
ALWAYS: Final = ["rec_name", "_timestamp", "_write", "_delete"]
"""What the client asks of every record."""
COUNT_LIMIT: Final = 8_000
"""The client counts up to a hundred pages."""


class Client:
    """One signed-in user of one database."""

    def __init__(self, login: str = "chief") -> None:
        self.database = os.environ["PGDATABASE"]
        self.pool = Pool(self.database)
        with Transaction().start(self.database, 0, readonly=True):
            (found,) = self.pool.get("res.user").search([("login", "=", login)])
            self.user: int = found.id
        origin = {"_request": {"remote_addr": HOST}}
        with Transaction().start(self.database, self.user, context=origin) as transaction:
            token = self.pool.get("ir.session").new()
            transaction.commit()
        key = base64.b64encode(f"{login}:{self.user}:{token}".encode()).decode()
        self.headers = {"Authorization": f"Session {key}", "Accept": "application/json"}
        self.context: dict[str, Any] = {}
        self.context = self.call("model.res.user.get_preferences", True)

    def call(self, method: str, *arguments: Any) -> Any:
        """One remote call: session, access rights and record rules are checked as for any client."""
        body = json.dumps({"id": 1, "method": method, "params": [*arguments, self.context]}).encode()
        path = f"/{self.database}/rpc/"
        _status, content = request(app, path, self.headers, body, "application/json")
        answer = json.loads(content)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def page(
        self, domain: list[Any], *, offset: int = 0, order: list[Any] | None = None, count: bool = False
    ) -> tuple[list[Any], int | None]:
        """A page of the list as the client fills it: the ids, their number on request, then the records."""
        ids = self.call(f"model.{MODEL}.search", domain, offset, 80, order)
        number = self.call(f"model.{MODEL}.search_count", domain, 0, COUNT_LIMIT) if count else None
        return self.call(f"model.{MODEL}.read", ids, [*LIST, *LABELS, *ALWAYS]), number

    def form_fields(self) -> list[str]:
        """The fields that the client reads when the form is opened."""
        view = self.call(f"model.{MODEL}.fields_view_get", None, "form")
        names: list[str] = list(view["fields"])
        related = [name for name in names if view["fields"][name]["type"] in ("many2one", "reference")]
        return [*names, *(f"{name}.rec_name" for name in related), *ALWAYS]


def first_page() -> int:
    """How many records the list gets in a new process."""
    return len(Client().page([])[0])
