"""The people of a sales department around one lead, beside those of the test kit.

`desk` (lead desk), `manager` (general manager), `marketer` (market director), `consultant` and `outsider`, a
salesperson of another department, work in company North too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from addons.crm_leads.models import Lead, Opportunity
from core.api import Env
from core.testing.team import join, team
from core.testing.world import World, use_env

CREW = {
    "desk": "crm_leads.lead_desk",
    "manager": "crm_base.general_manager",
    "marketer": "crm_base.market_director",
    "consultant": "crm_leads.consultant",
    "outsider": "crm_base.salesperson",
}


@pytest.fixture(scope="session")
def addons_under_test() -> Sequence[str]:
    return ["crm_leads"]


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return team("crm_base.salesperson", director=["crm_base.sales_director"])


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with the people of `CREW` in it."""
    join(world, monkeypatch, CREW, elsewhere=["outsider"])
    return world


def history(world: World, record: Any) -> list[tuple[str, int, dict[str, Any]]]:
    """What happened to a record, oldest first: operation, user, new values."""
    rows = world.connection.execute(
        text(
            "select operation, user_id, changes from core.audit where model = :model and record_id = :id order by id"
        ),
        {"model": record.__model_info__.key, "id": record.id},
    )
    return [(row[0], row[1], {name: change["n"] for name, change in row[2].items()}) for row in rows]


def sees(world: World, person: str, record: Any) -> bool:
    env = world.new_env(person)
    return bool(env.count(type(record), type(record).id == record.id).value)


def soon(env: Env, days: int = 30) -> date:
    """A day of the company's calendar."""
    return env.today + timedelta(days=days)


@pytest.fixture
def lead(crew: World) -> Lead:
    """A new lead, entered by the desk."""
    return crew.env("desk").create(
        Lead, title="Needs 20 servers", company_name="Acme", person="Ann", phone="021-1234567",
        email="ann@acme.example",
        need="Servers for a new hall", products="Servers", expected_revenue=50_000, province="上海市",
        counsellor=crew.staff.users["consultant"],
    )  # fmt: skip


@pytest.fixture
def assigned(crew: World, lead: Lead) -> Lead:
    """The lead, given to `owner` by the desk."""
    desk = crew.env("desk")
    with use_env(desk):
        lead.assign(to=desk.get("base.user", crew.staff.users["owner"]), due=soon(desk, 3))
    return lead


@pytest.fixture
def deal(crew: World) -> Opportunity:
    """An opportunity of `owner` in the first stage."""
    from addons.crm_base.models import Customer

    env = crew.env("owner")
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    return env.create(
        Opportunity, title="20 servers", customer=acme, amount=50_000, expected_close=soon(env),
        intention="Has asked for a quote",
    )  # fmt: skip
