"""A company with a warehouse, goods and somebody who keeps them.

`keeper` is a stock keeper, `manager` the general manager, both of company North.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_product.models import Product, Unit
from addons.crm_stock.models import Level, StockIn, StockInLine, StockOut, StockOutLine, Warehouse
from core.api import Env
from core.testing.team import join
from core.testing.world import World

CREW = {"keeper": "crm_stock.stock_keeper", "manager": "crm_base.general_manager"}


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_stock"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {"owner": ["crm_base.salesperson"], "colleague": ["crm_base.salesperson"],
            "superior": ["crm_base.salesperson"], "director": ["crm_base.sales_director"],
            "other": ["crm_stock.stock_keeper"]}  # fmt: skip


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with the people of `CREW` in it."""
    with world.system("North") as env:
        env.write(main(env), name="Main warehouse")
    join(world, monkeypatch, CREW)
    return world


def piece(env: Env) -> Any:
    """The unit of things that are counted."""
    return next(one for one in env.search(Unit, limit=50) if one.name["en"] == "Piece")


def goods(env: Env, name: str = "Server", **values: Any) -> Any:
    """A product that is kept in stock."""
    return env.create(Product, name=name, **{"unit": piece(env), **values})


def main(env: Env) -> Any:
    """The warehouse that every company begins with."""
    return env.first(Warehouse, Warehouse.code == "W1")


def paper(env: Env, model: Any, *lines: tuple[Any, Any] | tuple[Any, Any, Any], **values: Any) -> Any:
    """A draft document of lines (product, quantity[, cost of one])."""
    made = env.create(model, **values)
    part = StockInLine if model is StockIn else StockOutLine
    env.create_many(part, [
        {"document": made, "product": line[0], "quantity": line[1], "sequence": place,
         **({"unit_cost": line[2]} if len(line) > 2 else {})}
        for place, line in enumerate(lines)
    ])  # fmt: skip
    return made


def bring(env: Env, *lines: Any, **values: Any) -> Any:
    """A posted stock-in."""
    made = paper(env, StockIn, *lines, **values)
    made.post()
    return made


def take(env: Env, *lines: Any, **values: Any) -> Any:
    """A posted stock-out."""
    made = paper(env, StockOut, *lines, **values)
    made.post()
    return made


def level(env: Env, product: Any, warehouse: Any = None) -> Any:
    """The level of a product in the main warehouse or another one, as it is now."""
    env.flush()
    where = (Level.product == product.id, Level.warehouse == (warehouse or main(env)).id)
    return env.first(Level, *where)


def balances(env: Env, product: Any) -> tuple[Decimal, Decimal, Decimal]:
    """On hand, reserved and value in the main warehouse."""
    found = level(env, product)
    return (found.on_hand, found.reserved, found.value) if found is not None else (Decimal(0),) * 3
