"""The toy addons as the test bench of composition and Env."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.testing.product import importable

TOYS = importable(Path(__file__).parents[2] / "toy_addons")
BENCH = ["toy_left", "toy_right", "toy_diamond", "toy_bridge", "toy_listener"]


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return BENCH


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [TOYS]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["toy_base.user"],
        "colleague": ["toy_base.user"],
        "superior": ["toy_base.user"],
        "director": ["toy_base.user"],
        "admin": ["toy_base.chief"],
        "other": ["toy_base.chief"],
    }
