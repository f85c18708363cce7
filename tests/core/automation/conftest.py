"""The queue needs no addon but the kernel's own."""

from collections.abc import Sequence

import pytest


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return []
