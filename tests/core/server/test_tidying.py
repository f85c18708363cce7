"""Full collections: put off until nobody is being answered, and short once the first ones have frozen what stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from core.server.tidying import Tidying


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Python's own numbers, and nothing to look at of the millions of objects that other tests have left: each full
    collection walks through all of them.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def work(rounds: int) -> list[list[object]]:
    """Objects that live on, made until the middle generation was collected so often."""
    kept: list[list[object]] = []
    start = gc.get_count()[2]
    while gc.get_count()[2] < start + rounds:
        kept.append([])
    return kept


def test_python_starts_no_full_collection_by_itself_and_one_is_due_instead() -> None:
    tidying = Tidying()
    gc.collect()
    full = gc.get_stats()[2]["collections"]
    assert not tidying.is_due()
    kept = work(30)
    assert gc.get_stats()[2]["collections"] == full
    assert tidying.is_due()
    tidying.tidy()
    assert not tidying.is_due()
    assert kept


def test_the_first_survivors_are_frozen_and_rubbish_is_not() -> None:
    tidying, before = Tidying(), gc.get_freeze_count()
    survivors = [[] for _number in range(10_000)]
    tidying.tidy()
    frozen = gc.get_freeze_count()
    assert frozen >= before + 10_000
    rubbish: list[object] = []
    rubbish.append(rubbish)
    del rubbish
    gc.collect()
    kept = [[] for _number in range(1000)]
    tidying.tidy()
    assert frozen + 1000 <= gc.get_freeze_count() < frozen + 3000
    assert survivors and kept


def test_freezing_ends() -> None:
    tidying = Tidying()
    for _number in range(40):
        tidying.tidy()
    frozen = gc.get_freeze_count()
    kept = [[] for _number in range(1000)]
    tidying.tidy()
    assert gc.get_freeze_count() <= frozen
    assert kept
