from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.config import Config
from core.orm.compose import Composition
from core.testing.database import ScratchDatabase
from tests.system.site import ROLES, Site, make_site


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return ROLES


@pytest.fixture(scope="module")
def site(database: ScratchDatabase, composed: Composition, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The application for one module; its tests see what earlier ones have stored."""
    folder: Path = tmp_path_factory.mktemp("state")
    return make_site(Config(folder, (), base_url="http://localhost", language="en"), composed, database)
