"""Activities, the day of the last contact, and the status that follows from it (P17, P18, BASE-04, BASE-37)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_base.models import Activity, Contact, Customer
from core.api import AccessDenied, StateForbids, ValidationFailed
from core.testing.team import choice
from core.testing.world import World, use_env


@pytest.fixture
def acme(world: World) -> Any:
    return world.owner.create(Customer, name="Acme", phone="021-1234567")


@pytest.fixture
def call(world: World) -> Any:
    return choice(world.owner, "crm_base.activity_kind", "phone")


def last_contact(world: World, customer: Customer) -> Any:
    return world.owner.read(Customer, customer.id, ["last_contact_at"])[2]


def test_a_logged_activity_is_done_at_once_and_counts_as_contact(world: World, acme: Any, call: Any) -> None:
    ann = world.owner.create(Contact, customer=acme, name="Ann")
    at = world.owner.now - timedelta(hours=2)
    with use_env(world.owner):
        acme.log_activity(kind=call, subject="Asked", result="Wants an offer", at=at, contact=ann, minutes=20)
    (made,) = world.owner.search(Activity)
    assert (made.state.code, made.result, made.at, made.minutes) == ("done", "Wants an offer", at, 20)
    assert (made.customer.id, made.contact.id, made.owner.id) == (acme.id, ann.id, world.owner.user_id)
    assert last_contact(world, acme) == at


def test_what_is_wrong_with_a_logged_activity_is_said_at_the_field(
    world: World, acme: Any, call: Any
) -> None:
    beta = world.owner.create(Customer, name="Beta", phone="021-7654321")
    ben = world.owner.create(Contact, customer=beta, name="Ben")
    with use_env(world.owner):
        with pytest.raises(ValidationFailed) as refused:
            acme.log_activity(kind=call, subject="x", result="y", at=world.owner.now + timedelta(days=1))
        assert set(refused.value.problems) == {"at"}
        with pytest.raises(ValidationFailed) as refused:
            acme.log_activity(kind=call, subject="x", result="y", contact=ben)
        assert set(refused.value.problems) == {"contact"}
        with pytest.raises(ValidationFailed) as refused:
            acme.log_activity(kind=call, subject="x", result="")
        assert set(refused.value.problems) == {"result"}
    assert world.owner.count(Activity).value == 0


def test_whoever_sees_the_customer_may_log_a_contact_if_the_role_makes_activities(
    world: World, acme: Any, call: Any, give: Any
) -> None:
    seen = world.director.get(Customer, acme.id)
    assert {"log_activity", "plan_activity"} == {m.name for m in world.director.allowed_methods(seen)}
    with use_env(world.director):
        seen.log_activity(kind=call.id, subject="Courtesy call", result="Fine")
    market = give("stranger", "crm_base.market_director")
    with use_env(market), pytest.raises(AccessDenied):
        market.get(Customer, acme.id).log_activity(kind=call.id, subject="x", result="y")


def test_planned_activities_do_not_count_until_they_are_carried_out(
    world: World, acme: Any, call: Any
) -> None:
    env = world.owner
    with use_env(env):
        acme.plan_activity(kind=call, subject="Ring", at=env.now + timedelta(days=2))
        (planned,) = env.search(Activity)
        assert planned.state.code == "planned" and last_contact(world, acme) is None
        planned.move(to=env.now + timedelta(days=3))
        assert planned.at == env.now + timedelta(days=3)
        planned.carry_out(result="Talked")
        assert planned.at == env.now == last_contact(world, acme)
        with pytest.raises(StateForbids):
            planned.move(to=env.now)


def test_the_latest_contact_counts_and_going_back_is_possible(world: World, acme: Any, call: Any) -> None:
    env = world.owner
    days = [timedelta(days=n) for n in (30, 3, 10)]
    with use_env(env):
        for ago in days:
            acme.log_activity(kind=call, subject="Call", result="ok", at=env.now - ago)
    assert last_contact(world, acme) == env.now - timedelta(days=3)


def test_a_batch_of_activities_updates_all_customers_with_one_statement(world: World, call: Any) -> None:
    env = world.owner
    ids = env.create_many(Customer, [{"name": f"C{n}", "phone": f"139000000{n:02}"} for n in range(20)])
    statements: list[str] = []
    event.listen(world.connection, "before_cursor_execute", lambda *a: statements.append(a[2]))
    env.create_many(
        Activity,
        [
            {"subject": "Call", "kind": call, "customer": key, "state": "done", "result": "ok", "at": env.now}
            for key in ids
            for _turn in range(2)
        ],
    )
    updates = [s for s in statements if "update crm_base.customer " in s.lower()]
    assert len(updates) == 1
    assert len([s for s in statements if "max(" in s.lower()]) == 1
    assert {row[2] for row in env.page(Customer, ["last_contact_at"], limit=50).rows} == {env.now}


def test_the_contact_names_the_customer(world: World, acme: Any, call: Any) -> None:
    ann = world.owner.create(Contact, customer=acme, name="Ann")
    made = world.owner.create(Activity, subject="Mail", kind=call, contact=ann)
    assert made.customer.id == acme.id


@pytest.mark.parametrize(
    ("days", "proposed"), [(0, "active"), (89, "active"), (91, "normal"), (364, "normal"), (366, "sealed")]
)
def test_the_proposed_status_follows_the_last_contact(
    world: World, acme: Any, call: Any, days: int, proposed: str
) -> None:
    env = world.owner
    with use_env(env):
        acme.log_activity(kind=call, subject="Call", result="ok", at=env.now - timedelta(days=days))
        assert env.read(Customer, acme.id, ["proposed", "status"])[2:] == (proposed, "normal")
        env.run(Customer.apply_proposed_status, [acme])
    assert env.read(Customer, acme.id, ["status"])[2] == proposed


def test_proposals_are_applied_to_many_customers_and_only_to_ones_own(
    world: World, acme: Any, call: Any
) -> None:
    env = world.owner
    beta = env.create(Customer, name="Beta", phone="021-7654321", status="sealed")
    with use_env(env):
        env.run(Customer.apply_proposed_status, [acme, beta])
    assert {row[2] for row in env.page(Customer, ["status"]).rows} == {"active"}
    with use_env(world.director), pytest.raises(AccessDenied):
        world.director.run(Customer.apply_proposed_status, [world.director.get(Customer, beta.id)])
