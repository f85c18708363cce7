"""Documents with lines as the bench of parts and totals."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.testing.product import Product

ADDONS = Path(__file__).parent / "addons"
if str(ADDONS) not in sys.path:
    sys.path.append(str(ADDONS))


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_docs"]


@pytest.fixture(scope="session")
def product(addons_under_test: Sequence[str]) -> Product:
    return Product(addons_under_test, [ADDONS])


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
