"""Bills with lines as the bench of part lists: in the Env, in forms, and in the browser."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.testing.product import importable

ADDONS = importable(Path(__file__).parent / "addons")


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_bills"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [ADDONS]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["toy_bills.clerk"],
        "colleague": ["toy_bills.clerk"],
        "superior": ["toy_bills.reader"],
        "director": ["toy_bills.chief"],
        "admin": ["toy_bills.chief"],
        "other": ["toy_bills.chief"],
    }
