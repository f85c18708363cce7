"""The people around the money of one customer: `owner` sells to Acme, `clerk` is the accountant of company North,
`manager` its general manager, `desk` a sales assistant and `outsider` a salesperson of another department.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import Receipt, Receivable
from core.api import Env
from core.testing.team import acting, choice, join, team
from core.testing.world import World

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
    return team("crm_base.salesperson", director=["crm_base.sales_director"])


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with the people of `CREW` in it."""
    join(world, monkeypatch, CREW, elsewhere=["outsider"])
    return world


def transfer(env: Env) -> Any:
    return choice(env, "crm_finance.payment_method", "transfer")


RATES = {"CNY": Decimal(1), "USD": Decimal("7.1"), "JPY": Decimal("0.05"), "KWD": Decimal("23.3")}


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
