"""Deals in company Acme: Ann sells, Dan directs, Rae reads, Eve sells in another company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from core.config import Config
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.testing.browser import browser_of
from core.testing.database import DatabaseServer
from tests.core.web.acme import ann, build_people, eve, rae, statements  # noqa: F401 - fixtures
from tests.core.web.conftest import People

DEAL = "toy_deals.deal"


@pytest.fixture(scope="module")
def composed(config: Config) -> Composition:
    return compose(load(order(discover(config), ["toy_deals"])))


@pytest.fixture(scope="module")
def people(server: DatabaseServer, composed: Composition) -> Iterator[People]:
    roles = {
        "Ann Lee": ["toy_deals.seller", "base.admin"], "Dan": ["toy_deals.director"], "Rae": ["toy_deals.reader"],
        "Eve": ["toy_deals.seller"],
    }  # fmt: skip
    found = build_people(server, composed, "web_deals", "toy_deals", roles)
    yield found
    server.drop(found.database)


@pytest.fixture
def dan(application: Any, people: People) -> TestApp:
    return browser_of(application, people.database, people.ids["Dan"], people.ids["Acme"])


@pytest.fixture
def deal(people: People) -> int:
    """A deal with three lines, the last one put first."""
    with people.env("Ann Lee") as env:
        buyer = env.create("toy_deals.buyer", name="长城机械", address="1 Wall Road, Peking")
        made: Any = env.create(DEAL, code="D-1 <b>", buyer=buyer, net=1000, total=1130, kind="lease", currency="USD",
                               terms="Pay #soon.\n*Never* late: $x$")  # fmt: skip
        env.create_many(
            "toy_deals.line",
            [
                {
                    "deal": made.id,
                    "item": "Second",
                    "position": 20,
                    "quantity": 3,
                    "price": "12.5",
                    "cost": 7,
                },
                {"deal": made.id, "item": "Third", "position": 30, "cost": 77},
                {"deal": made.id, "item": "First", "position": 10, "quantity": "1.5", "cost": 777},
            ],
        )
        key = int(made.id)
    return key
