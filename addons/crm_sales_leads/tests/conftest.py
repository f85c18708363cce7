"""Salespeople who have leads and opportunities, and orders for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_leads.models import Lead, Opportunity
from core.testing.team import acting, team
from core.testing.world import World


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_sales_leads"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return team("crm_base.salesperson", director=["crm_base.sales_director"])


@pytest.fixture
def lead(world: World) -> Any:
    """A lead that its salesperson tracks."""
    with acting(world, "owner") as env:
        made = env.create(
            Lead,
            title="Wants ten",
            phone="021-1234567",
            person="Ann",
            company_name="Acme",
            products="Servers",
        )
        made.take()
    return made


@pytest.fixture
def deal(world: World) -> Any:
    """An open opportunity."""
    with acting(world, "owner") as env:
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        return env.create(
            Opportunity, title="20 servers", customer=acme, amount=50_000, intention="Has asked for a quote",
            expected_close=env.today + timedelta(days=30),
        )  # fmt: skip
