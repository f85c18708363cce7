"""Goods, stock and orders of the first company: a few made by the product's own steps, then copied many times.

Every order has twenty lines; every product one level with two hundred movements, the first of a year ago. Of five
orders one is a draft; the others have two instalments, of which three quarters are paid, and every other one was delivered.
They are spread over the customers and over most of a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Engine

from benchmarks.filling import UNTIL, Company
from benchmarks.multiplying import Spread, last_id, last_rows, multiply, rows_since
from benchmarks.order_stories import LINE, NUMBERED, ORDER, also, at, customers_of, go_through
from core.orm.compose import composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.system_env import system_env

LINES: Final = 20
ORDERS: Final = 25
"""Orders that are made by steps; the others are copies of them."""
MOVEMENTS: Final = 200
DAYS: Final = 330
"""Over which the copies of orders are spread."""
PRODUCT, LEVEL, MOVEMENT = "crm_product.product", "crm_stock.level", "crm_stock.movement"


def has(addon: str) -> bool:
    """Whether the product of this run has the addon."""
    return addon in composition().addons


def fill_trade(app: Engine, owner: Engine, company: Company, lines: int) -> None:
    """So many order lines with what belongs to them, and twice as many movements of stock."""
    if has("crm_stock"):
        with at_work(app, company) as env:
            _stock(env)
        with at_work(app, company) as env:
            tables = [
                last_rows(env, PRODUCT, 1, ("code",)),
                last_rows(env, LEVEL, 1),
                last_rows(env, MOVEMENT, MOVEMENTS),
            ]
            multiply(env, owner, tables, 2 * lines // MOVEMENTS - 1)
    if has("crm_sales"):
        with at_work(app, company) as env:
            customers = customers_of(env)
            before = {model: last_id(env, model) for model in (ORDER, LINE, *also())}
            goods = a_product(env, "Bench goods")
            if has("crm_stock"):
                _bring(env, goods, Decimal(100_000))
            product = goods.id
        for n in range(ORDERS):
            with at_work(app, company) as env:
                began = UNTIL - timedelta(days=ORDERS - n)
                at(env, began)
                owner_of_it = company.users[1 + n % (len(company.users) - 1)]
                key = order_of(
                    env, env.get(PRODUCT, product), LINES, customer=customers[n], owner=owner_of_it
                )
                go_through(env, key, n, began)
        with at_work(app, company) as env:
            tables = [rows_since(env, model, key, NUMBERED.get(model, ())) for model, key in before.items()]
            spread = Spread(DAYS, "customer_id", customers[0], len(customers))
            multiply(env, owner, tables, lines // (ORDERS * LINES) - 1, spread)


@contextmanager
def at_work(app: Engine, company: Company) -> Iterator[Env]:
    """The kernel's own Env in the company; committed."""
    with (
        session_factory(app).begin() as session,
        system_env(session, company.id, frozenset(composition().addons), "benchmark") as env,
        use_env(env),
    ):
        yield env


def a_product(env: Env, name: str) -> Any:
    """Goods that are kept in stock."""
    unit, tax = (env.first(f"crm_product.{one}", order="id") for one in ("unit", "tax"))
    return env.create(PRODUCT, name=name, unit=unit, tax=tax, list_price=Decimal(100))


def order_of(env: Env, goods: Any, lines: int, **values: Any) -> int:
    """A draft order of so many lines, of the first customer where nothing else is said."""
    order: Any = env.create(ORDER, **{"customer": env.first("crm_base.customer", order="id"), **values})
    env.create_many(LINE, [
        {"document": order, "product": goods, "quantity": Decimal(1 + n % 7), "unit": goods.unit_id,
         "tax": goods.tax_id, "unit_price": Decimal(100 + n), "sequence": n}
        for n in range(lines)
    ])  # fmt: skip
    return int(order.id)


def _stock(env: Env) -> None:
    """One product that came and went for a year."""
    goods = a_product(env, "Bench stock")
    warehouse = env.first("crm_stock.warehouse", order="id")
    for n in range(MOVEMENTS):
        at(env, UNTIL - timedelta(days=365) + n * timedelta(days=1.8))
        comes = n % 2 == 0
        model = "crm_stock.stock_in" if comes else "crm_stock.stock_out"
        paper: Any = env.create(model, warehouse=warehouse)
        cost = {"unit_cost": Decimal(40 + n % 9)} if comes else {}
        quantity = Decimal(10 if comes else 9)
        env.create_many(
            f"{model}_line", [{"document": paper, "product": goods, "quantity": quantity, **cost}]
        )
        env.get(model, paper.id).post()


def _bring(env: Env, goods: Any, pieces: Decimal) -> None:
    """Enough to deliver from."""
    at(env, UNTIL - timedelta(days=ORDERS + 1))
    paper: Any = env.create("crm_stock.stock_in", warehouse=env.first("crm_stock.warehouse", order="id"))
    line = {"document": paper, "product": goods, "quantity": pieces, "unit_cost": Decimal(40)}
    env.create_many("crm_stock.stock_in_line", [line])
    env.get("crm_stock.stock_in", paper.id).post()
