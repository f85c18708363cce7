"""The shop as the bench of reading and writing: every kind of field, relations of every kind, events to answer."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.testing.product import importable

ADDONS = importable(Path(__file__).parent / "addons")


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["toy_shop"]


@pytest.fixture(scope="session")
def addons_folders() -> Sequence[Path]:
    return [ADDONS]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "owner": ["toy_shop.seller"],
        "colleague": ["toy_shop.seller"],
        "superior": ["toy_shop.seller"],
        "director": ["toy_shop.seller", "toy_shop.giver"],
        "admin": ["toy_shop.boss"],
        "other": ["toy_shop.boss"],
    }


@pytest.fixture
def answers() -> Iterator[dict[str, Any]]:
    """Functions that answer kernel events, by the event's name; gone after the test."""
    from toy_shop import hooks

    hooks.answers.clear()
    yield hooks.answers
    hooks.answers.clear()
