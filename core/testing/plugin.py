"""Fixtures for tests of the kernel and of addons: `pytest_plugins = ["core.testing.plugin"]` in the top
conftest.

`empty_database` is new and dropped after the test; tests of the life cycle commit in it. `server` makes
further ones.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from core.auth import passwords
from core.orm.compose import Composition
from core.testing.compiled import compiled_once
from core.testing.database import DatabaseServer, Run, ScratchDatabase
from core.testing.network import refuse_outside
from core.testing.processes import Deployment
from core.testing.product import Product, let_go
from core.testing.world import World

_HASHER_OF_THE_PRODUCT: Final = passwords._HASHER
YOUNG: Final = 20_000
"""New objects after which Python looks for rubbish. Compositions, statements and templates live on by the million, and
with Python's own number a sixth of a run is spent on walking through them again.
"""

pytest.register_assert_rewrite("core.testing.contract", "core.testing.life", "core.testing.conformance")


def pytest_configure() -> None:
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: no full collection needs to walk through them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_kept_of_earlier_modules() -> None:
    let_go()


@pytest.fixture(scope="session", autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        refuse_outside(monkeypatch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once(request: pytest.FixtureRequest) -> Iterator[None]:
    worker: dict[str, str] | None = getattr(request.config, "workerinput", None)
    with compiled_once(Run.begin(worker["testrunuid"]).folder / "templates" if worker else None):
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> Iterator[None]:
    """A thousand people sign in, each by a tenth of a second of the product's hashing; `dear_passwords` has that."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        cheap = type(passwords._HASHER)(time_cost=1, memory_cost=64, parallelism=1)
        monkeypatch.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture(scope="module")
def dear_passwords() -> Iterator[None]:
    """Passwords are hashed as in the product."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        passwords._nobody.cache_clear()
        monkeypatch.setattr(passwords, "_HASHER", _HASHER_OF_THE_PRODUCT)
        yield
    passwords._nobody.cache_clear()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """The database server of this run, shared by its workers; it stops after the last of them."""
    worker: dict[str, str] | None = getattr(request.config, "workerinput", None)
    run = Run.begin(worker["testrunuid"] if worker else None)
    found = run.server()
    yield found
    found.close()
    if worker is None:
        run.end()


@pytest.fixture(scope="module")
def quiet_server() -> Iterator[DatabaseServer]:
    """A server of the module's own, for what depends on every transaction that runs on it, as sealing the audit does:
    on the one of the run other workers write into databases of theirs.
    """
    run = Run.begin()
    found = run.server()
    yield found
    found.close()
    run.end()


@pytest.fixture
def empty_database(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    """A database of the test's own without any table of ours."""
    made = server.create()
    yield made
    server.drop(made)


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str] | None:
    """The addons of the product in tests, with their dependencies; None means all. Override it in a conftest."""
    return None


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    """Roles beside the kernel's that the people of `world` hold: {"owner": ["crm_leads.user"], …}. Override it."""
    return {}


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    """Where the addons under test lie, when not in the product's own folder alone. Override it in a conftest."""
    return ()


@pytest.fixture(scope="session")
def _products() -> dict[Any, Product]:
    return {}


@pytest.fixture(scope="module")
def product(
    addons_under_test: Sequence[str] | None, addons_folders: Sequence[Path], _products: dict[Any, Product]
) -> Product:
    """The addons under test, found and loaded; each module asks again, since folders of one run may differ."""
    key = (tuple(addons_under_test) if addons_under_test is not None else None, tuple(addons_folders))
    if key not in _products:
        _products[key] = Product(addons_under_test, addons_folders)
    return _products[key]


@pytest.fixture(scope="module")
def composed(product: Product) -> Composition:
    """The composition of the product, current for this module."""
    return product.compose()


@pytest.fixture(scope="module")
def product_template(
    server: DatabaseServer,
    product: Product,
    composed: Composition,
    roles_of_people: Mapping[str, Sequence[str]],
) -> str:
    """A template database with the product, its two companies and its people."""
    return product.template(server, roles_of_people)


@pytest.fixture(scope="module")
def database(server: DatabaseServer, product_template: str) -> Iterator[ScratchDatabase]:
    """A copy for this module. Tests that commit in it are seen by later ones; see `own_database`."""
    made = server.create(product_template)
    yield made
    server.drop(made)


@pytest.fixture
def own_database(server: DatabaseServer, product_template: str) -> Iterator[ScratchDatabase]:
    """A copy for one test, which may commit what it likes."""
    made = server.create(product_template)
    yield made
    server.drop(made)


@pytest.fixture
def deployment(own_database: ScratchDatabase, composed: Composition) -> Deployment:
    """The people of the product at work at the same moment, in processes of their own that commit."""
    return Deployment(own_database, composed)


@pytest.fixture
def world(database: ScratchDatabase, composed: Composition) -> Iterator[World]:
    """The people of the product; everything they do is rolled back after the test."""
    with database.app.connect() as connection:
        transaction = connection.begin()
        yield World(connection, composed)
        transaction.rollback()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The parent makes the common folder, before a worker looks for it."""
    Run.begin(node.workerinput["testrunuid"])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With several workers the parent deletes their common folder, after all of them are gone."""
    workers = getattr(session.config.pluginmanager.getplugin("dsession"), "nodemanager", None)
    if workers is not None:
        Run.begin(workers.testrunuid).end()
