"""Documents with lines as the bench of parts and totals."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.testing.processes import Deployment
from core.testing.product import importable
from tests.core.parts.office import Office

ADDONS = importable(Path(__file__).parent / "addons")


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_docs"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [ADDONS]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["toy_docs.clerk"],
        "colleague": ["toy_docs.clerk"],
        "superior": ["toy_docs.reader"],
        "director": ["toy_docs.clerk"],
        "admin": ["toy_docs.boss"],
        "other": ["toy_docs.boss"],
    }


@pytest.fixture
def office(deployment: Deployment) -> Office:
    return Office(deployment)
