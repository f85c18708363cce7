"""Statements do not grow with lines: confirming, shipping and reversing five lines or sixty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from addons.crm_sales.models import Order
from addons.crm_sales_stock.tests.conftest import draft, goods, ship
from core.api import Env


@contextmanager
def counted(env: Env) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    engine = env.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_confirm_ship_and_reverse(env: Any) -> None:
    products = [goods(env, f"Goods {number}", 100) for number in range(60)]

    def steps(lines: int) -> dict[str, int]:
        order = draft(env, *((one, 1) for one in products[:lines]))
        found: dict[str, int] = {}

        def step(name: str, work: Callable[[], Any]) -> Any:
            env.flush()
            with counted(env) as told:
                result = work()
                env.flush()
            found[name] = len(told)
            return result

        step("confirm", order.confirm)
        made = step("ship", lambda: ship(env, env.get(Order, order.id)))
        step("reverse", lambda: made.reverse(reason="x"))
        step("cancel", lambda: env.get(Order, order.id).close(reason="x"))
        return found

    steps(2)  # what is worked out once
    few, many = steps(5), steps(60)
    assert {name: many[name] - few[name] for name in few if many[name] > few[name]} == {}, (few, many)
