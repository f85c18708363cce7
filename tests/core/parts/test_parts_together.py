"""Closing a document and changing its lines at the same time: one of them is first, and the other hears of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from toy_docs.models import DONE, Line, Order

from core.errors import StateForbids
from core.orm.compose import Composition
from core.orm.env import Env
from core.testing.database import ScratchDatabase
from tests.core.parts.office import Office

ROUNDS = 6


@pytest.fixture
def office(own_database: ScratchDatabase, composed: Composition) -> Office:
    return Office(own_database, composed)


def test_whoever_waited_for_the_closing_is_refused(office: Office) -> None:
    """The line is added while the closing is under way: it waits at the order, and sees then that it is closed."""
    key = office.done(lambda env: env.create(Order, title="O").id)
    line = office.done(lambda env: env.create(Line, name="L", order=key).id)
    office.done(lambda env: env.get(Order, key).confirm())  # type: ignore[attr-defined]
    started = threading.Event()

    def late(work: Any) -> str:
        started.wait(10)
        try:
            office.once(work)
        except StateForbids as refusal:
            return str(refusal)
        return "done"

    def add(env: Env) -> None:
        env.sudo("late").create(Line, name="late", order=key)

    def remove(env: Env) -> None:
        env.sudo("late").delete(env.get(Line, line))

    with ThreadPoolExecutor(2) as pool, office.request() as env:
        waiting = [pool.submit(late, add), pool.submit(late, remove)]
        order: Any = env.get(Order, key)
        order.finish()
        started.set()
        threading.Event().wait(0.5)
        assert not any(one.done() for one in waiting), "they wait for the order"
        env.commit()
        assert [one.result() for one in waiting] == ["Order: no change is possible in the state “Done”."] * 2
    with office.request() as env:
        assert env.get(Order, key).line_count == 1  # type: ignore[attr-defined]


def test_every_line_that_was_let_in_counts_and_no_other(office: Office) -> None:
    for _round in range(ROUNDS):
        key = office.done(lambda env: env.create(Order, title="O").id)
        office.done(lambda env, key=key: env.create(Line, name="first", order=key, price=1))
        start = threading.Barrier(5)

        def add(_n: int, key: int = key, start: threading.Barrier = start) -> bool:
            start.wait(10)
            try:
                office.done(lambda env: env.create(Line, name="L", order=key, price=1))
            except StateForbids:
                return False
            return True

        def confirm(key: int = key, start: threading.Barrier = start) -> None:
            start.wait(10)
            office.done(lambda env: env.get(Order, key).confirm())  # type: ignore[attr-defined]

        with ThreadPoolExecutor(5) as pool:
            closing = pool.submit(confirm)
            let_in = sum(pool.map(add, range(4)))
            closing.result()
        with office.request() as env:
            order: Any = env.get(Order, key)
            assert (order.net, order.line_count) == (let_in + 1, let_in + 1)
            assert order.state != DONE
