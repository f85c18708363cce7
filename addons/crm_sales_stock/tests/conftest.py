"""Orders of a salesperson, a stock keeper, and goods in the main warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Unit
from addons.crm_sales.models import Delivery, DeliveryLine, Order, OrderLine
from addons.crm_stock.models import StockIn, Warehouse
from addons.crm_stock.services.differences import differences
from addons.crm_stock.services.papers import make_and_post
from core.api import Env
from core.testing.team import team
from core.testing.world import World, use_env


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_sales_stock"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return team("crm_base.salesperson", director=["crm_stock.stock_keeper", "crm_base.sales_director"])


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    """The kernel's own Env in company North; at the end, balances are the sums of what was written."""
    with world.system("North") as found, use_env(found):
        found.write(found.first(Warehouse), name="Main")
        yield found
        found.flush()
        assert list(differences(found)) == []


def goods(env: Env, name: str = "Server", pieces: int = 0, cost: int = 10, **values: Any) -> Any:
    """A product of which so many pieces lie in the main warehouse."""
    unit = next(one for one in env.search(Unit, limit=50) if one.name["en"] == "Piece")
    made = env.create(Product, name=name, unit=unit, **values)
    if pieces:
        head = {"warehouse": env.first(Warehouse), "reason": "opening"}
        make_and_post(env, StockIn, [head], [[{"product": made, "quantity": pieces, "unit_cost": cost}]])
    return made


def draft(env: Env, *lines: tuple[Any, int], price: int = 100, **values: Any) -> Any:
    """A draft order of lines (product, quantity)."""
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    order = env.create(Order, customer=acme, prices_include_tax=False, **values)
    env.create_many(OrderLine, [
        {"document": order, "product": product, "quantity": quantity, "unit": product.unit_id, "unit_price": price,
         "sequence": place}
        for place, (product, quantity) in enumerate(lines)
    ])  # fmt: skip
    return env.get(Order, order.id)


def confirmed(env: Env, *lines: tuple[Any, int], **values: Any) -> Any:
    order = draft(env, *lines, **values)
    order.confirm()
    return order


def lines_of(env: Env, order: Any) -> list[Any]:
    return env.search(OrderLine, OrderLine.document == order.id, order="sequence", limit=1000)


def states(env: Env, order: Any) -> list[str]:
    """The preparation of each line."""
    return [env.value_of(line, "preparation") for line in lines_of(env, order)]


def ship(env: Env, order: Any, quantity: int | None = None) -> Any:
    """A shipped delivery of everything that is open, or of less of its first line."""
    made = order.deliver()
    if quantity is not None:
        line = env.first(DeliveryLine, DeliveryLine.delivery == made.id, order="sequence")
        env.write(line, quantity=Decimal(quantity))
    made = env.get(Delivery, made.id)
    made.post()
    return made
