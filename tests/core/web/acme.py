"""What the tests of record pages share: two companies with people, their browsers, and a count of statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from webtest import TestApp

from core.lifecycle.activation import enable
from core.lifecycle.install import initialise
from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope, session_factory
from core.orm.system_env import system_env
from core.testing.browser import browser_of
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.statements import gathered
from tests.core.web.conftest import People


def build_people(
    server: DatabaseServer, composed: Composition, template: str, addon: str, roles: dict[str, list[str]]
) -> People:
    """Companies Acme and Beta with the addon on; people hold these roles in Acme, Eve hers in Beta."""

    def build(made: ScratchDatabase) -> None:
        initialise(made.owner, APP_ROLE, composed)

    found = People(server.create(server.template(template, build)), composed)
    with session_factory(found.database.owner).begin() as session:
        for name in ("Acme", "Beta"):
            found.add(session, "base.company", name, name=name, code=name)
        apply_scope(session.connection(), Scope(tuple(found.ids.values()), (0, *found.ids.values())))
        for person, codes in roles.items():
            found.user(session, person, {"Beta" if person == "Eve" else "Acme": codes})
    with session_factory(found.database.owner).begin() as session:
        for name in ("Acme", "Beta"):
            with system_env(session, found.ids[name], frozenset(composed.addons), "test") as env:
                enable(env, found.ids[name], addon)
    return found


@pytest.fixture
def ann(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Ann Lee"], people.ids["Acme"])


@pytest.fixture
def rae(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Rae"], people.ids["Acme"])


@pytest.fixture
def bob(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Bob"], people.ids["Acme"])


@pytest.fixture
def eve(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Eve"], people.ids["Beta"])


@pytest.fixture
def statements(people: People) -> Callable[[], Any]:
    """`with statements() as seen:` gathers the statements that the application sends."""

    return lambda: gathered(people.database.app)
