"""The stock of any day, from the running balance by one step of an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_product.models import Category
from addons.crm_stock.models import Level, ProductionRequest, StockIn, StockOut
from addons.crm_stock.reports import STOCK
from addons.crm_stock.services.papers import make_and_post
from addons.crm_stock.services.past import end_of, stock_at
from addons.crm_stock.tests.conftest import balances, goods, level, main
from core.api import UserError
from core.testing.database import ScratchDatabase
from core.testing.world import World, use_env


@pytest.fixture
def env(crew: World) -> Any:
    with crew.system("North") as found, use_env(found):
        yield found


def on(env: Any, days_ago: int) -> Any:
    then = env.sudo("a day of the past")
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    then.clock = lambda: moment
    return then


def post(env: Any, model: Any, product: Any, quantity: int) -> None:
    reason = "other_in" if model is StockIn else "other_out"
    line = {"product": product, "quantity": quantity}
    make_and_post(env, model, [{"warehouse": main(env), "reason": reason}], [[line]])


def test_the_balance_of_the_last_movement_before(env: Any) -> None:
    server, cable = goods(env, cost=10), goods(env, "Cable", cost=1)
    for days_ago, model, quantity in ((30, StockIn, 10), (20, StockOut, 4), (10, StockIn, 7)):
        post(on(env, days_ago), model, server, quantity)
    post(on(env, 15), StockIn, cable, 100)
    wanted = {31: {}, 30: {server.id: 10}, 25: {server.id: 10}, 20: {server.id: 6}, 12: {server.id: 6, cable.id: 100},
              0: {server.id: 13, cable.id: 100}}  # fmt: skip
    for days_ago, found in wanted.items():
        moment = end_of(env, env.today - timedelta(days=days_ago))
        assert {one.product: one.on_hand for one in stock_at(env, moment)} == found, days_ago
    (one,) = stock_at(env, end_of(env, env.today - timedelta(days=20)), Level.product == server.id)
    assert one.value == 60


def test_it_takes_one_step_of_an_index(env: Any, own_database: ScratchDatabase) -> None:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    connection = env.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    stock_at(env, env.now, limit=10)
    event.remove(connection, "before_cursor_execute", note)
    ((statement, parameters),) = seen
    with own_database.owner.connect() as owner:
        for setting in ("enable_seqscan", "enable_sort", "enable_incremental_sort", "enable_bitmapscan"):
            owner.exec_driver_sql(f"set local {setting} = off")
        # in a table of a page or two any index is as good as another, so this is the only one with a time
        owner.exec_driver_sql("drop index crm_stock.by_movement_posted_at")
        plan = "\n".join(owner.exec_driver_sql(f"explain {statement}", parameters).scalars())
        owner.rollback()
    last = plan[plan.rindex("Limit") :]
    assert "ix_movement_level_id_posted_at" in last and "Sort" not in last, plan


def test_the_report_adds_up_a_day_with_categories_below(env: Any, crew: World) -> None:
    above = env.create(Category, name="Computers")
    server = goods(env, cost=10, category=env.create(Category, name="Servers", parent=above))
    post(on(env, 5), StockIn, server, 3)
    post(env, StockIn, goods(env, "Cable"), 9)
    from core.views.report import Answers

    given = {"day": env.today, "product": None, "warehouse": None, "category": above.id}
    assert STOCK.statement is not None
    rows = env.rows(STOCK.statement(env, Answers(given)))
    assert [(row.product, row.on_hand, row.value) for row in rows] == [(server.id, 3, 30)]


def test_production_counts_as_on_order_until_it_is_in_stock(env: Any) -> None:
    server = goods(env, cost=10)
    request: Any = env.create(ProductionRequest, product=server, warehouse=main(env), quantity=5)
    request.start()
    assert level(env, server).on_order == 5
    request.finish(quantity=Decimal(2))
    assert level(env, server).on_order == 3 and balances(env, server)[0] == 2
    with pytest.raises(UserError, match="more than zero"):
        request.finish(quantity=Decimal(0))
    request.drop(reason="Not needed")
    assert level(env, server).on_order == 0 and request.state.code == "dropped"
