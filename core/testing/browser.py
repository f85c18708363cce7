"""A browser without a window: the web application on a test's database, signed in as one of the people."""

from __future__ import annotations

from typing import Any

from webtest import TestApp

from core.auth.sessions import start_session
from core.config import Config
from core.orm.compose import Composition
from core.orm.engine import session_factory
from core.testing.database import ScratchDatabase
from core.web.app import make_app


def application_of(config: Config, composed: Composition, database: ScratchDatabase) -> Any:
    """The WSGI application of this composition on this database; what it does is committed."""
    return make_app(config, composed, engine=database.app, reload=False)


def browser_of(application: Any, database: ScratchDatabase, user_id: int, company_id: int) -> TestApp:
    """A browser in which this user has signed in and works in this company."""
    with session_factory(database.app).begin() as session:
        token = start_session(session, user_id, company_id=company_id)
    browser = TestApp(application, extra_environ={"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})
    browser.set_cookie("keyuan", token)
    return browser
