"""Addons written by a test, and the toy addons of tests/toy_addons."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import Config
from core.modules.discovery import Found, discover
from tests.core.modules.bench import Addons

TOYS = Path(__file__).resolve().parents[2] / "toy_addons"


@pytest.fixture
def addons(tmp_path: Path) -> Iterator[Addons]:
    folder = tmp_path / "addons"
    folder.mkdir()
    path, modules = list(sys.path), set(sys.modules)
    yield (made := Addons(folder))
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.partition(".")[0] in made.names:
            del sys.modules[name]


@pytest.fixture(scope="session")
def toys(tmp_path_factory: pytest.TempPathFactory) -> list[Found]:
    """The toy addons as discovery finds them, with the kernel's own addon first."""
    return discover(Config(tmp_path_factory.mktemp("state"), (TOYS,)))
