"""The product with an order addon beside the leads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.config import installation_root


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_selling"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [installation_root() / "addons", Path(__file__).parent / "addons"]
