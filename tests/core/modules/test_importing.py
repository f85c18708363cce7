"""The time limit on imports: what it ends, and that it leaves no trace."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

import pytest

from core.modules.importing import TookTooLong, time_limit


def test_a_block_that_finishes_in_time_leaves_no_alarm_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(0.2):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    time.sleep(0.3)


def test_the_alarm_comes_again_when_code_swallows_it() -> None:
    swallowed = 0
    with pytest.raises(TookTooLong), time_limit(0.1):
        while True:
            try:
                time.sleep(5)
            except BaseException:
                swallowed += 1
                if swallowed == 2:
                    raise
    assert swallowed == 2


def test_an_alarm_of_somebody_else_is_put_back() -> None:
    rung: list[int] = []

    def ring(number: int, _frame: FrameType | None) -> None:
        rung.append(number)

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(TookTooLong), time_limit(0.05):
            time.sleep(5)
        time.sleep(0.5)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung == [signal.SIGALRM]


def test_outside_the_main_thread_there_is_no_limit_but_also_no_harm() -> None:
    finished: list[bool] = []

    def run() -> None:
        with time_limit(0.05):
            time.sleep(0.2)
        finished.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert finished == [True]


def test_no_seconds_mean_no_limit() -> None:
    with time_limit(0):
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
