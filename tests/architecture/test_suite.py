"""What the test suite itself relies on."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.xdist_group("grouped")
def test_tests_of_one_group_run_in_one_worker(request: pytest.FixtureRequest) -> None:
    """Without a word, pytest 9.2 with pytest-xdist 3.8 spreads the groups over all workers."""
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@grouped")


def test_no_two_addons_of_tests_have_the_same_name() -> None:
    """Python keeps the first one that a worker imports, so the tests of the other would fail where both meet."""
    manifests = [*ROOT.glob("tests/**/manifest.py"), *ROOT.glob("addons/*/tests/**/manifest.py")]
    names = Counter(path.parent.name for path in manifests)
    assert len(names) > 20
    assert [name for name, count in names.items() if count > 1] == []
