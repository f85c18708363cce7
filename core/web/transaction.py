"""One request, one transaction, one Env.

A database session is opened, one statement finds out who is calling (a browser by its cookie, a program by its key,
never both) and sets what row-level security needs, the view runs, and the answer decides: below 400 everything is
committed, otherwise nothing. What must wait for the commit (waking the worker) runs after it. When the database had to
choose a loser among requests that wait for one another, the view runs again from the start, hence a view changes
nothing but the database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

from pyramid.httpexceptions import HTTPException
from sqlalchemy.orm import Session, sessionmaker

from core.i18n import use_language, use_time_zone
from core.orm.context import use_env
from core.orm.retrying import run_with_retry
from core.web import csrf
from core.web.api import bearer
from core.web.errors import SignInNeeded
from core.web.identity import open_env, refuse_in_borrowed_name
from core.web.redirects import redirect
from core.web.reports import report_env
from core.web.request import Request
from core.web.routes import Endpoint

TRIES: Final = 3
_COMING_AND_GOING: Final = frozenset({"language", "login", "logout"})
_WITH_ANY_PASSWORD: Final = _COMING_AND_GOING | {"preferences", "password"}
_WITHOUT_FACTOR: Final = _COMING_AND_GOING | {"second_factor", "second_factor_app", "new_passkey"}


def run(request: Request, endpoint: Endpoint) -> Any:
    """The answer of the view, with its changes committed or taken back."""
    if not endpoint.database:
        with use_language(request.language):
            return endpoint.function(request)
    factory: sessionmaker[Session] = request.registry.settings["keyuan.sessions"]
    return run_with_retry(partial(_attempt, request, endpoint, factory), tries=TRIES)


def _attempt(request: Request, endpoint: Endpoint, factory: sessionmaker[Session]) -> Any:
    _forget_last_attempt(request)
    with factory() as session, ExitStack() as stack:
        request._database = session
        env = bearer.open_env(request, session) if endpoint.key else open_env(request, session)
        if env is not None:
            env = stack.enter_context(report_env(request, endpoint, env))
            stack.enter_context(use_env(env))
            stack.enter_context(use_time_zone(env.timezone))
        elif not endpoint.public:
            raise SignInNeeded()
        stack.enter_context(use_language(request.language))
        request._env = env
        stack.callback(_close, request)
        if not endpoint.key:
            csrf.check(request)
            refuse_in_borrowed_name(request, endpoint)
        if (first := _first_of_all(request, endpoint)) is not None:
            return redirect(request, first)
        response = _respond(endpoint.function, request)
        if response.status_int >= 400:
            session.rollback()
        elif env is not None:
            env.commit()
        else:
            session.commit()
    return response


def _first_of_all(request: Request, endpoint: Endpoint) -> str | None:
    """Where somebody has to go before anything else: somebody else knows the password, or the company asks for a second
    factor that the account has not.
    """
    caller = request.caller
    if caller is None or endpoint.key:
        return None
    if caller.must_change_password:
        return None if endpoint.name in _WITH_ANY_PASSWORD else "/preferences"
    return (
        "/preferences/second-factor" if caller.must_enrol and endpoint.name not in _WITHOUT_FACTOR else None
    )


def _respond(view: Callable[[Request], Any], request: Request) -> Any:
    """A redirect that was raised is an answer like any other, and its changes count."""
    try:
        return view(request)
    except HTTPException as raised:
        if raised.status_int < 400:
            return raised
        raise


def _forget_last_attempt(request: Request) -> None:
    request.toasts.clear()
    request.session_token = request._csrf_token = None
    for value in request.POST.values():
        if not isinstance(value, (str, bytes)):  # bytes: a file input in which nothing was chosen
            value.file.seek(0)


def _close(request: Request) -> None:
    request._env = None
    request._database = None
