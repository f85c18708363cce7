"""The product with an addon that has priced documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.config import installation_root
from core.testing.product import importable

ADDONS = importable(Path(__file__).parent / "addons")


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_slips"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [installation_root() / "addons", ADDONS]
