"""Steps work on many orders at once, with a number of statements that does not grow with their lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_sales.models import Delivery, DeliveryPlan, Order, OrderLine, ProcessTask
from addons.crm_sales.tests.conftest import customer, draft, product
from core.api import Env, ValidationFailed
from core.testing.team import acting
from core.testing.world import World


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(" ".join(statement.split())[:200])

    event.listen(world.connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(world.connection, "before_cursor_execute", note)


def counted(world: World, person: str, step: Any) -> int:
    """How many statements a step of one request takes."""
    with acting(world, person) as env, statements(world) as seen:
        step(env)
        env.flush()
    return len(seen)


def confirm(key: int, env: Env) -> None:
    env.get(Order, key).confirm()


def deliver(key: int, env: Env) -> None:
    env.run(Order.deliver, [env.get(Order, key)])


def ship(key: int, env: Env) -> None:
    env.run(Delivery.post, env.search(Delivery, Delivery.order == key))


def close(key: int, env: Env) -> None:
    env.get(Order, key).close(reason="Done")


def cancel(key: int, env: Env) -> None:
    env.get(Order, key).cancel(reason="No")


def test_statements_do_not_grow_with_lines(crew: World) -> None:
    goods = product(crew)
    taken: dict[str, set[int]] = {
        "confirm": set(),
        "deliver": set(),
        "ship": set(),
        "close": set(),
        "cancel": set(),
    }
    for lines in (1, 20, 500):
        with acting(crew, "owner") as env:
            whom = customer(env, f"Acme {lines}")
            order, other = (draft(env, goods, lines=lines, customer=whom) for _n in range(2))
        for name, person, step in (("confirm", "owner", confirm), ("deliver", "assistant", deliver),
                                   ("ship", "assistant", ship), ("close", "owner", close)):  # fmt: skip
            taken[name].add(counted(crew, person, partial(step, order.id)))
        with acting(crew, "owner") as env:
            env.get(Order, other.id).confirm()
        taken["cancel"].add(counted(crew, "owner", partial(cancel, other.id)))
        env = crew.new_env("owner")
        assert env.get(Order, order.id).delivery_status == "full"
        assert (
            env.count(DeliveryPlan, DeliveryPlan.order == order, DeliveryPlan.is_open.is_(False)).value
            == lines
        )
    assert {name: len(numbers) for name, numbers in taken.items()} == dict.fromkeys(taken, 1), taken


def confirm_all(ids: list[int], env: Env) -> None:
    env.run(Order.confirm, env.get_many(Order, ids))


def test_statements_do_not_grow_with_orders(crew: World) -> None:
    goods = product(crew)
    taken = []
    for number in (1, 30):
        with acting(crew, "owner") as env:
            whom = customer(env, f"Acme {number}")
            ids = [draft(env, goods, lines=2, customer=whom).id for _n in range(number)]

        taken.append(counted(crew, "owner", partial(confirm_all, ids)))
        assert (
            crew.new_env("owner").count(Order, Order.state == "confirmed", Order.id.in_(ids)).value == number
        )
    assert taken[1] - taken[0] <= 1, taken


def test_one_that_is_refused_takes_all_back(crew: World) -> None:
    from core.orm.attempts import attempt

    goods = product(crew)
    with acting(crew, "owner") as env:
        whom = customer(env)
        good, empty = draft(env, goods, customer=whom), draft(env, goods, lines=0, customer=whom)
        with pytest.raises(ValidationFailed, match="has no products"), attempt(env):
            env.run(Order.confirm, [good, empty])
        assert {env.get(Order, one.id).state.code for one in (good, empty)} == {"draft"}
        assert not env.count(ProcessTask, ProcessTask.order == good).value
    with acting(crew, "owner") as env:
        env.get(Order, good.id).confirm()
        (line,) = env.search(OrderLine, OrderLine.document == good)
        with pytest.raises(ValidationFailed), attempt(env):
            env.run(Order.close, [env.get(Order, good.id)])
        assert env.get(Order, good.id).state.code == "confirmed" and line.is_open
