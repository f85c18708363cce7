"""The kernel and the addons of `toys` in a database. `--hypothesis-profile=thorough` makes up many more deployments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.config import Config
from core.modules.discovery import discover
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.testing.database import DatabaseServer
from tests.core.auth.conftest import build, toy_addon
from tests.core.rights import toys
from tests.core.rights.storing import Place


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Composition:
    folder = tmp_path_factory.mktemp("addons")
    (kernel,) = load(discover(Config(folder, (folder,), safe_mode=True)))
    more = toy_addon("toy_more", items=[toys.Gadget])
    rights = toy_addon("toy_rights", items=[*toys.OF_RIGHTS, *toys.ROLES.values(), *toys.grants])
    return compose([kernel, more, rights])


@pytest.fixture(scope="module")
def place(server: DatabaseServer, composed: Composition) -> Iterator[Place]:
    """Where the deployments are put, one after the other."""
    template = server.template("rights_toys", lambda database: build(database, composed))
    database = server.create(template)
    yield Place(database, composed)
    server.drop(database)
