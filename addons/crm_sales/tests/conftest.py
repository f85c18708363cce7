"""The people of a sales department around orders, beside those of the test kit.

`assistant` is the order desk, `manager` the general manager, `packer` somebody without a role in sales.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.models import Order, OrderLine
from core.api import Department, Env, LazyString
from core.testing.people import NORTH, STAFF
from core.testing.world import World, use_env

CREW = {"assistant": "crm_base.sales_assistant", "manager": "crm_base.general_manager", "packer": None}


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_sales"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    salesperson = ["crm_base.salesperson"]
    return {"owner": salesperson, "colleague": salesperson, "superior": salesperson, "other": salesperson,
            "director": ["crm_base.sales_director"]}  # fmt: skip


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with the people of `CREW` in it, and the rule that opens orders to the order desk."""
    with world.system("North") as env:
        department = env.first(Department, Department.code == "S")
        for name, role in CREW.items():
            user: Any = env.create("base.user", name=name.capitalize(), login=name, language="en")
            env.create("base.employee", name=name.capitalize(), code=name, user=user, department=department)
            if role is not None:
                held = env.first("base.role", env.condition("base.role", "code", "eq", role))
                env.create("base.user_role", user=user, company=env.company_id, role=held)
            world.staff.users[name] = user.id
            monkeypatch.setitem(STAFF, name, NORTH)
        desk = env.first("base.role", env.condition("base.role", "code", "eq", CREW["assistant"]))
        for model, may in (
            ("crm_base.customer", "read"),
            ("crm_sales.order", "edit"),
            ("crm_sales.quote", "edit"),
        ):
            env.create("base.sharing_rule", name=f"Desk: {model}", model=model, may=may, to_role=desk)
    return world


@contextmanager
def acting(world: World, person: str) -> Iterator[Env]:
    """A request of a person."""
    env = world.new_env(person)
    with use_env(env):
        yield env
        env.flush()


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


def choice(env: Env, list_code: str, code: str) -> Any:
    """A choice of an option list."""
    found = env.first(
        "base.option",
        env.condition("base.option", "list_code", "eq", list_code),
        env.condition("base.option", "code", "eq", code),
    )
    assert found is not None, f"{list_code} has no choice {code}"
    return found


def buttons(world: World, person: str, record: Any) -> set[str]:
    """The steps that a person is offered on a record; none where it cannot be seen."""
    env = world.new_env(person)
    seen = env.first(type(record), type(record).id == record.id)
    return {method.name for method in env.allowed_methods(seen)} if seen is not None else set()


def notices(world: World, person: str) -> list[str]:
    """What a person was told, oldest first."""
    env = world.new_env(person)
    return [LazyString.from_json(one.text).translate("en") for one in env.search("base.notice", order="id")]
