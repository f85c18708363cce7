"""The kit is tried on the toy shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

TOYS = Path(__file__).parents[1] / "lifecycle" / "addons"


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return dict.fromkeys(("owner", "other"), ("toy_wares.seller",))


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_points"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [TOYS]
