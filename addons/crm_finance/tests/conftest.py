"""The people around the money of one customer: `owner` sells to Acme, `clerk` is the accountant of company North,
`manager` its general manager, `desk` a sales assistant and `outsider` a salesperson of another department.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import Receipt, Receivable
from core.api import Department, Env, LazyString
from core.testing.people import NORTH, STAFF
from core.testing.world import World, use_env

CREW = {
    "clerk": "crm_finance.accountant",
    "manager": "crm_base.general_manager",
    "desk": "crm_base.sales_assistant",
    "outsider": "crm_base.salesperson",
}


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_finance"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    salesperson = ["crm_base.salesperson"]
    return {"owner": salesperson, "colleague": salesperson, "superior": salesperson, "other": salesperson,
            "director": ["crm_base.sales_director"]}  # fmt: skip


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with the people of `CREW` in it."""
    with world.system("North") as env:
        elsewhere = env.create(Department, name="Elsewhere", code="E")
        for name, role in CREW.items():
            user: Any = env.create("base.user", name=name.capitalize(), login=name, language="en")
            department = elsewhere if name == "outsider" else env.first(Department, Department.code == "S")
            env.create("base.employee", name=name.capitalize(), code=name, user=user, department=department)
            found = env.first("base.role", env.condition("base.role", "code", "eq", role))
            env.create("base.user_role", user=user.id, company=env.company_id, role=found)
            world.staff.users[name] = user.id
            monkeypatch.setitem(STAFF, name, NORTH)
    return world


@contextmanager
def acting(world: World, person: str) -> Iterator[Env]:
    """A request of a person."""
    env = world.new_env(person)
    with use_env(env):
        yield env
        env.flush()


def choice(env: Env, list_code: str, code: str) -> Any:
    """A choice of an option list."""
    found = env.first(
        "base.option",
        env.condition("base.option", "list_code", "eq", list_code),
        env.condition("base.option", "code", "eq", code),
    )
    assert found is not None, f"{list_code} has no choice {code}"
    return found


def transfer(env: Env) -> Any:
    return choice(env, "crm_finance.payment_method", "transfer")


RATES = {"CNY": Decimal(1), "USD": Decimal("7.1"), "JPY": Decimal("0.05"), "KWD": Decimal("23.3")}


def notices(world: World, person: str) -> list[str]:
    """What a person was told, oldest first."""
    env = world.new_env(person)
    return [LazyString.from_json(one.text).translate("en") for one in env.search("base.notice", order="id")]


def soon(env: Env, days: int) -> date:
    return env.today + timedelta(days=days)


def instalment(world: World, customer: Any, amount: Any, due: int = 30, **values: Any) -> Receivable:
    """An instalment entered by the accountant, due in so many days."""
    with acting(world, "clerk") as env:
        given = {
            "title": f"Instalment {amount}",
            "currency": "CNY",
            "due_on": soon(env, due),
            "booked_on": soon(env, -60),
        }
        given |= {"exchange_rate": RATES[values.get("currency", "CNY")]}
        return env.create(Receivable, customer=customer, amount=Decimal(str(amount)), **given | values)


def receipt(world: World, customer: Any, amount: Any, **values: Any) -> Receipt:
    """A posted receipt."""
    with acting(world, "clerk") as env:
        made = env.create(
            Receipt, customer=customer, amount=Decimal(str(amount)), **{"currency": "CNY"} | values
        )
        made.post()
        return made


@pytest.fixture
def acme(crew: World) -> Customer:
    """A customer of `owner`."""
    return crew.env("owner").create(Customer, name="Acme", phone="021-1234567")
