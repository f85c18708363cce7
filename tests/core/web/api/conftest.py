"""Works and bills for programs: the owner works on both, the superior reads, the other one is in another company."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from webtest import TestApp

from core.auth.api_keys_kept import make_key
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.models.api_key import WRITE
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.testing.browser import application_of
from core.testing.database import ScratchDatabase
from core.testing.keys import let_everybody_have_keys
from core.testing.people import STAFF, Staff
from core.testing.product import Product, importable
from core.testing.world import World

ROOT = "/api/v1"
TOYS = Path(__file__).parents[2]
WORKS = importable(TOYS / "web" / "addons")
BILLS = importable(TOYS / "lines" / "addons")


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_works", "toy_bills"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [WORKS, BILLS]


@pytest.fixture(scope="module")
def composed(product: Product) -> Composition:
    return product.compose()


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    working = ["toy_works.worker", "toy_bills.clerk"]
    return {
        "owner": working, "colleague": working, "superior": ["toy_works.reader", "toy_bills.reader"],
        "director": ["toy_bills.chief", "toy_works.worker"], "other": working,
    }  # fmt: skip


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.owner):
        yield world.owner


@dataclass
class Program:
    """Somebody's program: it asks with a key, and keeps no cookies."""

    app: TestApp
    secret: str

    def ask(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """`body` is sent as JSON; headers are written with underlines."""
        found = {name.replace("_", "-"): value for name, value in headers.items()}
        found = {"Authorization": f"Bearer {self.secret}", **found}
        if body is not None:
            found.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        path = address if address.startswith("/") else f"{ROOT}/{address}"
        return self.app.request(path, method=method, body=data, headers=found, expect_errors=True)

    def get(self, address: str) -> Any:
        return self.ask("GET", address)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", address, body, **headers)

    def patch(self, address: str, version: int, body: Any) -> Any:
        return self.ask("PATCH", address, body, If_Match=f'"{version}"')

    def delete(self, address: str, version: int) -> Any:
        return self.ask("DELETE", address, If_Match=f'"{version}"')


@dataclass
class Programs:
    """The application on the database of a module, and the programs of its people."""

    application: Any
    database: ScratchDatabase
    composed: Composition
    staff: Staff

    def of(self, person: str, scope: str = WRITE, *models: str) -> Program:
        """A program with a new key."""
        with self.env(person) as env:
            secret = make_key(env, "a test", scope, models, 30).secret
        return Program(TestApp(self.application, extra_environ={"HTTP_HOST": "localhost"}), secret)

    @contextmanager
    def env(self, person: str) -> Iterator[Env]:
        """The Env of a person, committed at the end."""
        with session_factory(self.database.app)() as session:
            identity = identity_of(session, self.staff.users[person], self.staff.companies[STAFF[person]])
            assert identity is not None
            with use_env(make_env(session, identity, "page", language="en")) as env:
                yield env
                env.commit()


@pytest.fixture(scope="module")
def programs(
    product: Product,
    database: ScratchDatabase,
    composed: Composition,
    tmp_path_factory: pytest.TempPathFactory,
) -> Programs:
    config = replace(product.config, state_dir=tmp_path_factory.mktemp("state"), language="en")
    with database.app.connect() as connection:
        staff = World(connection, composed).staff
    let_everybody_have_keys(database, composed, staff)
    return Programs(application_of(config, composed, database), database, composed, staff)


@pytest.fixture
def program(programs: Programs) -> Program:
    """The owner's."""
    return programs.of("owner")
