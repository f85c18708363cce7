"""The product with an order addon beside the leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.testing.product import Product, installation_root


@pytest.fixture(scope="session")
def product() -> Product:
    return Product(["toy_orders"], [installation_root() / "addons", Path(__file__).parent / "addons"])
