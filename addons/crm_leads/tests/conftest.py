"""The people of a sales department around one lead, beside those of the test kit.

`desk` (lead desk), `manager` (general manager), `marketer` (market director), `consultant` and `outsider`, a
salesperson of another department, work in company North too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from addons.crm_leads.models import Lead, Opportunity
from core.api import Department, Env, LazyString
from core.testing.people import NORTH, STAFF
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
            give(env, user.id, role)
            world.staff.users[name] = user.id
            monkeypatch.setitem(STAFF, name, NORTH)
    return world


def give(env: Env, user: int, code: str) -> None:
    """Let a user hold a further role; `code` counts from the next Env on."""
    role = env.first("base.role", env.condition("base.role", "code", "eq", code))
    env.create("base.user_role", user=user, company=env.company_id, role=role)


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


def notices(world: World, person: str) -> list[str]:
    """What a person was told, oldest first."""
    env = world.new_env(person)
    return [LazyString.from_json(one.text).translate("en") for one in env.search("base.notice", order="id")]


def buttons(world: World, person: str, record: Any) -> set[str]:
    """The steps that a person is offered on a record; none where it cannot be seen."""
    env = world.new_env(person)
    seen = env.first(type(record), type(record).id == record.id)
    return {method.name for method in env.allowed_methods(seen)} if seen is not None else set()


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
