"""The product with an addon that has priced documents."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.testing.product import Product, installation_root

ADDONS = Path(__file__).parent / "addons"
if str(ADDONS) not in sys.path:
    sys.path.append(str(ADDONS))


@pytest.fixture(scope="session")
def product() -> Product:
    return Product(["toy_slips"], [installation_root() / "addons", ADDONS])
