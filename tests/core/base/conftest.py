"""The kernel with one addon on it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_base"]
