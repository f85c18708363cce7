"""Fixtures for tests of the kernel and of addons: `pytest_plugins = ["core.testing.plugin"]` in the top
conftest.

`empty_database` is new and dropped after the test; tests of the life cycle commit in it. `server` makes
further ones.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.testing.database import (
    DatabaseServer,
    ScratchDatabase,
    remove_run_folder,
    run_folder,
    start_server,
)
from core.testing.network import refuse_outside


@pytest.fixture(scope="session", autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        refuse_outside(monkeypatch)
        yield


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """The database server of this run, shared by its workers; it stops after the last of them."""
    worker: dict[str, str] | None = getattr(request.config, "workerinput", None)
    folder = run_folder(worker["testrunuid"] if worker else None)
    found = start_server(folder)
    yield found
    found.close()
    if worker is None:
        remove_run_folder(folder)


@pytest.fixture
def empty_database(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    """A database of the test's own without any table of ours."""
    made = server.create()
    yield made
    server.drop(made)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With several workers the parent deletes their common folder, after all of them are gone."""
    workers = getattr(session.config.pluginmanager.getplugin("dsession"), "nodemanager", None)
    if workers is not None:
        remove_run_folder(run_folder(workers.testrunuid))
