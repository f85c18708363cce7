from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.i18n import use_language
from tests.core.server.processes import state_folder


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with use_language("en"):
        yield


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """Where the server of one test lives; afterwards no process of it may be left."""
    with state_folder() as folder:
        yield folder
