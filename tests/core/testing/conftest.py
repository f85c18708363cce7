"""The kit is tried on the toy shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.testing.product import Product

TOYS = Path(__file__).parents[1] / "lifecycle" / "addons"


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return dict.fromkeys(("owner", "other"), ("toy_wares.seller",))


@pytest.fixture(scope="session")
def product() -> Product:
    return Product(["toy_points"], [TOYS])
