"""The people of a sales department around orders, beside those of the test kit.

`assistant` is the order desk, `manager` the general manager, `packer` somebody without a role in sales.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.models import Order, OrderLine
from core.api import Env
from core.testing.team import join, team
from core.testing.world import World

CREW = {"assistant": "crm_base.sales_assistant", "manager": "crm_base.general_manager", "packer": None}


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_sales"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return team("crm_base.salesperson", director=["crm_base.sales_director"])


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with the people of `CREW` in it, and the rule that opens orders to the order desk."""
    join(world, monkeypatch, CREW)
    with world.system("North") as env:
        desk = env.first("base.role", env.condition("base.role", "code", "eq", CREW["assistant"]))
        for model, may in (
            ("crm_base.customer", "read"),
            ("crm_sales.order", "edit"),
            ("crm_sales.quote", "edit"),
        ):
            env.create("base.sharing_rule", name=f"Desk: {model}", model=model, may=may, to_role=desk)
    return world


def product(world: World, name: str = "Server", **values: Any) -> Any:
    """A product for sale; made by the kernel."""
    with world.system("North") as env:
        tax = env.first(Tax, Tax.rate == 13)
        given = {"unit": env.first(Unit), "tax": tax, "list_price": Decimal(100), **values}
        return env.create(Product, name=name, **given)


def customer(env: Env, name: str = "Acme", **values: Any) -> Any:
    return env.create(Customer, name=name, phone="021-1234567", **values)


def draft(env: Env, goods: Any, quantity: int = 10, lines: int = 1, **values: Any) -> Any:
    """A draft order of the caller."""
    whom = values.pop("customer", None) or customer(env)
    order = env.create(Order, customer=whom, **values)
    env.create_many(OrderLine, [
        {"document": order, "product": goods, "quantity": quantity, "unit": goods.unit_id, "tax": goods.tax_id,
         "unit_price": goods.list_price, "sequence": 10 * n}
        for n in range(1, lines + 1)
    ])  # fmt: skip
    return env.get(Order, order.id)
