"""Closing a document and changing its lines at the same time: one of them is first, and the other hears of it."""

from time import sleep
from typing import Any

from toy_docs.models import DONE, Line, Order

from core.orm.env import Env
from tests.core.parts.office import Office

ROUNDS = 3


def test_whoever_waited_for_the_closing_is_refused(office: Office) -> None:
    """The line is added while the closing is under way: it waits at the order, and sees then that it is closed."""
    key = office.done(lambda env: env.create(Order, title="O").id)
    line = office.done(lambda env: env.create(Line, name="L", order=key).id)
    office.done(lambda env: env.get(Order, key).confirm())  # type: ignore[attr-defined]

    def add(env: Env) -> None:
        env.sudo("late").create(Line, name="late", order=key)

    def remove(env: Env) -> None:
        env.sudo("late").delete(env.get(Line, line))

    with office.request() as env:
        order: Any = env.get(Order, key)
        order.finish()
        waiting = [office.beside(add), office.beside(remove)]
        sleep(0.5)
        assert not any(one.is_over for one in waiting), "they wait for the order"
        env.commit()
        told = "refused: Order: no change is possible in the state “Done”."
        assert [one.answer() for one in waiting] == [told] * 2
    with office.request() as env:
        assert env.get(Order, key).line_count == 1  # type: ignore[attr-defined]


def test_every_line_that_was_let_in_counts_and_no_other(office: Office) -> None:
    for _round in range(ROUNDS):
        key = office.done(lambda env: env.create(Order, title="O").id)
        office.done(lambda env, key=key: env.create(Line, name="first", order=key, price=1))

        def add(env: Env, key: int = key) -> bool:
            env.create(Line, name="L", order=key, price=1)
            return True

        def confirm(env: Env, key: int = key) -> None:
            env.get(Order, key).confirm()  # type: ignore[attr-defined]

        closed, *answers = office.all_done(confirm, *[add] * 4)
        let_in = answers.count(True)
        assert closed is None and all(one is True or "no change is possible" in one for one in answers)
        with office.request() as env:
            order: Any = env.get(Order, key)
            assert (order.net, order.line_count) == (let_in + 1, let_in + 1)
            assert order.state != DONE
