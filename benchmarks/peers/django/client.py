"""Django with its admin, and a signed-in member of staff who asks it for pages, without sockets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from benchmarks.peers.wsgi import request

LEADS = "/admin/crm/lead/"
TOKEN = "t" * 32


class Browser:
    """The pages as the application's handler answers them: session, rights, queries and rendering."""

    def __init__(self, login: str = "chief") -> None:
        self.application: Any = get_wsgi_application()
        user = get_user_model().objects.get(username=login)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.headers = {"Cookie": f"sessionid={session.session_key}; csrftoken={TOKEN}"}

    def get(self, path: str) -> str:
        """The page's HTML."""
        status, body = request(self.application, path, self.headers)
        if not status.startswith("200"):
            raise RuntimeError(f"{path}: {status}")
        return body.decode()

    def add(self, values: dict[str, Any]) -> None:
        """Send the form of a new lead, inside a transaction of the caller's: the handler must not close it."""
        body = urlencode({**values, "csrfmiddlewaretoken": TOKEN}).encode()
        kind = "application/x-www-form-urlencoded"
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            status, answer = request(self.application, f"{LEADS}add/", self.headers, body, kind)
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        if not status.startswith("302"):
            raise RuntimeError(f"the form was not accepted: {status} {answer.decode()[:2000]}")


def first_page() -> int:
    """How many rows the list shows in a new process."""
    return Browser().get(LEADS).count('class="action-select"')
