"""The collector works on after a composition, also after one that failed, unless it rested before."""

import gc

import pytest

from core.modules.collector import collector_at_rest


def test_it_rests_within_and_works_on_after_a_failure() -> None:
    with pytest.raises(LookupError), collector_at_rest():
        assert not gc.isenabled()
        raise LookupError
    assert gc.isenabled()


def test_who_has_let_it_rest_is_not_woken() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
