"""Totals under many hands: what several people change at a time is added up as if they had come one by one."""

import random
from functools import partial
from typing import Any

from sqlalchemy import text
from toy_docs.models import Account, Line, Order

from core.orm.env import Env
from core.testing.database import ScratchDatabase
from tests.core.parts.office import ADMIN, Office

HANDS = 8
WAVES = 2
OFF = text("""
    select count(*) from toy_docs."order" o cross join lateral (
        select coalesce(sum(l.net), 0) as net, count(*) as lines
        from toy_docs.line l where l.order_id = o.id and l.deleted_at is null) s
    where (o.net, o.line_count, o.gross) is distinct from (s.net, s.lines, s.net * (100 - o.discount) / 100)
""")
OFF_ACCOUNTS = text("""
    select count(*) from toy_docs.account a cross join lateral (
        select coalesce(sum(o.gross), 0) as gross, count(*) as orders
        from toy_docs."order" o where o.account_id = a.id and o.deleted_at is null) s
    where (a.balance, a.order_count) is distinct from (s.gross, s.orders)
""")


def off(database: ScratchDatabase) -> tuple[int, int]:
    """How many orders and accounts do not hold what their parts hold."""
    with database.owner.connect() as connection:
        return connection.scalar(OFF) or 0, connection.scalar(OFF_ACCOUNTS) or 0


def made(office: Office, orders: int) -> list[int]:
    def work(env: Env) -> list[int]:
        account = env.create(Account, name="A")
        return env.create_many(Order, [{"title": f"O{n}", "account": account} for n in range(orders)])

    found: list[int] = office.done(work)
    return found


def test_lines_added_at_the_same_time_all_count(office: Office, own_database: ScratchDatabase) -> None:
    """They wait for each other at the order, and none is sent back: neither as overtaken nor by a deadlock."""
    order = made(office, 1)[0]

    def add(env: Env, n: int) -> None:
        env.create_many(Line, [{"name": f"{n}", "order": order, "price": n}] * 3)

    for wave in range(0, HANDS * WAVES, HANDS):
        assert office.once(*(partial(add, n=wave + n) for n in range(HANDS))) == [None] * HANDS
    with office.request() as env:
        found: Any = env.get(Order, order)
        assert found.net == 3 * sum(range(HANDS * WAVES))
        assert found.line_count == 3 * HANDS * WAVES
        assert found.account.balance == found.net
    assert off(own_database) == (0, 0)


def test_changes_deletions_and_moves_at_the_same_time(office: Office, own_database: ScratchDatabase) -> None:
    orders = made(office, 3)
    rows = [{"name": f"{n}", "order": orders[n % 3], "price": n} for n in range(60)]
    lines = office.done(lambda env: env.create_many(Line, rows))

    def change(env: Env, n: int) -> None:
        dice = random.Random(n)
        there: list[Any] = env.search(Line, Line.id.in_(dice.sample(lines, 5)))
        kind = n % 4
        if kind == 0:
            for one in there:
                one.price += 1
            env.flush()
        elif kind == 1:
            env.write(there, quantity=dice.randrange(5))
        elif kind == 2:
            env.delete(there[:1])
        else:
            env.create_many(
                Line, [{"name": "new", "order": key, "price": 7} for key in dice.sample(orders, 2)]
            )
            env.write(env.get(Order, dice.choice(orders)), title=f"T{n}")

    for wave in range(
        0, HANDS * 4, HANDS
    ):  # who is told that somebody was faster, again and again, is refused
        office.all_done(*(partial(change, n=wave + n) for n in range(HANDS)))
    assert off(own_database) == (0, 0)


def test_a_discount_and_a_line_at_the_same_time(office: Office, own_database: ScratchDatabase) -> None:
    """The order's own change computes with the total of the other's line, whoever is first."""
    order = made(office, 1)[0]

    def add(env: Env) -> None:
        env.create(Line, name="x", order=order, price=100)

    for n in range(6):
        with office.request() as one:
            record: Any = one.get(Order, order)
            if n % 2:
                assert office.all_done(add) == [None]
            one.write(record, factor=1, discount=n)
            other = None if n % 2 else office.deployment.beside(add, ADMIN)
            one.commit()
            assert other is None or other.answer() is None
        with office.request() as env:
            found: Any = env.get(Order, order)
            assert (found.net, found.gross) == (100 * (n + 1), 100 * (n + 1) * (100 - n) / 100)
