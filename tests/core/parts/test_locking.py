"""Balances and numbers that several people compete for: locked rows, different values at once, numbers without gaps."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from toy_docs.models import Account, Line, Order

from core.errors import BadRequest, NotFound, UserError, ValidationFailed
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.statements import counted
from core.testing.world import World
from tests.core.parts.office import Office

HANDS = 12
ROUNDS = 3


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.admin):
        world.admin.count(Order)
        yield world.admin


def test_locked_records_hold_what_others_have_written(office: Office) -> None:
    key = office.done(lambda env: env.create(Order, title="O", factor=1).id)
    with office.request() as env:
        order: Any = env.get(Order, key)
        office.done(lambda other: other.write(other.get(Order, key), factor=7))
        assert order.factor == 1
        (locked,) = env.lock([order])
        assert locked is order
        assert order.factor == 7


def test_nobody_takes_from_a_counter_what_another_has_taken(office: Office) -> None:
    """Five are there, and twelve want one each: five get it."""
    key = office.done(lambda env: env.create(Order, title="O", factor=5).id)

    def take(env: Env) -> bool:
        (order,) = env.lock(Order, [key])
        if order.factor == 0:
            return False
        env.write(order, factor=order.factor - 1)
        return True

    assert sorted(office.once(*[take] * HANDS)) == [False] * (HANDS - 5) + [True] * 5
    with office.request() as env:
        assert env.get(Order, key).factor == 0  # type: ignore[attr-defined]


def test_locks_in_opposite_order_both_go_through(office: Office) -> None:
    keys = office.done(lambda env: env.create_many(Order, [{"title": "A"}, {"title": "B"}]))

    def swap(env: Env, ids: list[int]) -> None:
        for one in env.lock(Order, ids):
            one.factor += 1
        env.flush()

    for _round in range(ROUNDS):
        office.once(*(partial(swap, ids=ids) for ids in (keys, keys[::-1]) * 2))
    with office.request() as env:
        assert [one.factor for one in env.get_many(Order, keys)] == [1 + 4 * ROUNDS] * 2


def test_others_go_on_pointing_to_a_locked_record(office: Office) -> None:
    key = office.done(lambda env: env.create(Account, name="A").id)
    with office.request() as env:
        line = office.done(lambda other: other.create(Order, title="before").id)
        env.lock(Order, [line])
        (made,) = office.once(lambda other: other.create(Order, title="O", account=key).id)
    assert made > line


def test_only_what_is_within_reach_can_be_locked(env: Env, world: World) -> None:
    keys = env.create_many(Order, [{"title": f"O{n}"} for n in range(3)])
    assert counted(env, lambda: env.lock(Order, keys)) == ["select"]
    assert [one.id for one in env.lock(Order, keys[::-1])] == keys[::-1]
    assert [one.id for one in env.lock(Order, [keys[0], keys[0]])] == [keys[0]] * 2
    assert env.lock(Order, []) == env.lock([]) == []
    with use_env(world.owner) as mine:
        for ids in (keys, [0], [2**70], [10**12]):
            with pytest.raises(NotFound):
                mine.lock(Order, ids)


def test_what_is_changed_and_not_yet_written_is_not_lost_by_a_lock(env: Env) -> None:
    order: Any = env.create(Order, title="O")
    order.factor = 5
    env.lock([order])
    assert order.factor == 5
    env.session.expire_all()
    assert order.factor == 5


def test_different_values_are_written_by_one_statement(env: Env) -> None:
    order = env.create(Order, title="O")
    ids = env.create_many(Line, [{"name": f"L{n}", "order": order} for n in range(50)])

    def write(some: list[int], by: int) -> list[str]:
        return counted(
            env, lambda: env.write_rows(Line, {key: {"price": Decimal(by + n)} for n, key in enumerate(some)})
        )

    few, many = write(ids[:1], 1), write(ids, 100)
    assert len(few) == len(many)
    assert many.count("with") == 1
    env.session.expire_all()
    assert [one.price for one in env.get_many(Line, ids)] == [100 + n for n in range(50)]
    assert order.net == sum(100 + n for n in range(50))  # type: ignore[attr-defined]
    env.write_rows(Line, {})


def test_what_does_not_fit_is_told_at_its_row(env: Env) -> None:
    order = env.create(Order, title="O")
    ids = env.create_many(Line, [{"name": f"L{n}", "order": order} for n in range(2)])
    with pytest.raises(ValidationFailed) as told:
        env.write_rows(Line, {ids[0]: {"price": 1}, ids[1]: {"price": "much"}})
    assert (told.value.row, set(told.value.problems)) == (1, {"price"})
    with pytest.raises(BadRequest):
        env.write_rows(Line, {ids[0]: {"nothing": 1}})
    with pytest.raises(NotFound):
        env.write_rows(Line, {10**12: {"price": 1}})


def test_numbers_drawn_by_a_step_have_no_gaps(office: Office) -> None:
    def draw(env: Env, n: int) -> list[str]:
        found = [env.draw_number("toy_docs.order")] if n % 2 else env.draw_numbers("toy_docs.order", 2)
        if n % 5 == 0:
            raise UserError()
        return found

    answers = office.once(*(partial(draw, n=n) for n in range(HANDS)))
    numbers = [number for found in answers if isinstance(found, list) for number in found]
    assert sum(isinstance(found, str) for found in answers) == 3  # every fifth
    assert sorted(numbers) == [f"O{n:04}" for n in range(1, len(numbers) + 1)]


def test_a_sequence_without_rule_says_so(env: Env) -> None:
    assert env.draw_numbers("toy_docs.order", 0) == []
    with pytest.raises(UserError, match="no numbering rule"):
        env.draw_number("toy_docs.nothing")
