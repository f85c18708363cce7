"""Whoever leaves hands over what they were responsible for, of whatever addon."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_base.models import Activity, Customer, Task
from addons.crm_leads.models import Lead, Opportunity
from addons.crm_leads.states import CLOSED
from addons.crm_leads.tests.conftest import soon
from core.api import AccessDenied, Conflict, Env, Notice, StateForbids, ValidationFailed
from core.base.jobs import hand_over_records
from core.base.models import HandOver, HandOverLine
from core.base.services import hand_over
from core.testing.world import World

LEAD = {
    "company_name": "Acme",
    "person": "Ann",
    "phone": "021-1234567",
    "need": "Servers",
    "products": "Servers",
}


@pytest.fixture
def records(world: World) -> dict[str, Any]:
    """What the owner works on: customers, an open and a closed lead, an opportunity with its task, more tasks, activities."""
    with world.acting("owner") as env:
        customers = [env.create(Customer, name=f"Customer {n}", phone="010 1") for n in (1, 2)]
        opportunity = env.create(
            Opportunity,
            title="Big deal",
            customer=customers[0],
            amount=5,
            expected_close=soon(env),
            intention="yes",
        )
        planned = env.create(Activity, subject="Visit", kind=_kind(env), customer=customers[0])
        past = env.create(Activity, subject="Call", kind=_kind(env), customer=customers[0])
        past.carry_out(result="They like it")
        mine = env.create(Task, subject="Send the offer", assignee=env.user_id)
    users = world.staff.users
    with world.system("North") as system:
        leads = [
            system.create(Lead, **LEAD, title=title, owner=users["owner"]) for title in ("Open", "Closed")
        ]
        system.write(leads[1], state=CLOSED)
        given = system.create(Task, subject="From above", owner=users["superior"], assignee=users["owner"])
    return {
        "customers": [one.id for one in customers], "opportunity": opportunity.id, "planned": planned.id,
        "past": past.id, "mine": mine.id, "given": given.id, "leads": [one.id for one in leads],
    }  # fmt: skip


def _kind(env: Env) -> int:
    found: Any = env.first(
        "base.option", env.condition("base.option", "list_code", "eq", "crm_base.activity_kind")
    )
    return int(found.id)


def prepared(world: World, **values: Any) -> Any:
    users = world.staff.users
    given = {"giver": users["owner"], "successor": users["colleague"], **values}
    return world.admin.create(HandOver, **given)


def lines(env: Env, record: Any) -> dict[str, Any]:
    return {one.key: one for one in hand_over.lines_of(env, record)}


def owners(world: World, model: Any, *ids: int, field: str = "owner_id") -> list[str]:
    names = {key: name for name, key in world.staff.users.items()}
    with world.system("North") as env:
        return [names[getattr(env.get(model, key), field)] for key in ids]


def test_the_plan_counts_every_kind_and_says_what_stays(world: World, records: dict[str, Any]) -> None:
    with world.acting("admin") as env:
        found = lines(env, prepared(world))
    told = {key: (line.open, line.closed) for key, line in found.items()}
    assert told == {
        "crm_base.customer.owner": (2, 0), "crm_leads.opportunity.owner": (1, 0), "crm_leads.lead.owner": (1, 1),
        "crm_base.activity.owner": (1, 1), "crm_base.task.owner": (2, 0), "crm_base.task.assignee": (3, 0),
    }  # fmt: skip
    assert found["crm_base.task.assignee"].kind["en"] == "Tasks (Assignee)"


def test_everything_open_goes_at_once_and_the_history_stays(world: World, records: dict[str, Any]) -> None:
    users = world.staff.users
    with world.acting("admin") as env:
        record = prepared(world)
        env.write(lines(env, record)["crm_leads.lead.owner"], successor=users["superior"])
        env.write(lines(env, record)["crm_leads.opportunity.owner"], stays=True)
        record.carry_out()
        assert (record.state.code, record.moved) == ("done", 9)
    assert owners(world, Customer, *records["customers"]) == ["colleague", "colleague"]
    assert owners(world, Lead, *records["leads"]) == ["superior", "owner"], "what is closed stays"
    assert owners(world, Opportunity, records["opportunity"]) == ["owner"], "what was told to stay as well"
    assert owners(world, Activity, records["planned"], records["past"]) == ["colleague", "owner"]
    assert owners(world, Task, records["mine"], records["given"], field="assignee_id") == ["colleague"] * 2
    assert owners(world, Task, records["given"]) == ["superior"]
    colleague = world.new_env("colleague")
    assert {one.id for one in colleague.search(Customer)} >= set(records["customers"]), (
        "seen with the next click"
    )
    assert len(colleague.search(Notice)) == 1, "one notice, not one for each record"
    (seen,) = colleague.search(HandOver)
    assert seen.id == record.id and "crm_leads.lead.owner" not in lines(colleague, record)
    assert not world.new_env("stranger").search(HandOver)


def test_undo_puts_everything_back(world: World, records: dict[str, Any]) -> None:
    with world.acting("admin") as env:
        record = prepared(world)
        record.carry_out()
    with world.acting("colleague") as env:
        env.write(env.get(Customer, records["customers"][0]), phone="010 6552 9988")
    with world.acting("admin") as env:
        record.take_back()
        assert record.state.code == "undone"
    assert owners(world, Customer, *records["customers"]) == ["owner", "owner"], (
        "another field is no conflict"
    )
    assert owners(world, Task, records["given"], records["mine"], field="assignee_id") == ["owner"] * 2
    with world.system("North") as system:
        assert system.get(Customer, records["customers"][0]).phone is not None
    with world.acting("admin"), pytest.raises(StateForbids):
        record.take_back()


def test_undo_is_refused_whole_where_something_went_on(world: World, records: dict[str, Any]) -> None:
    with world.acting("admin"):
        record = prepared(world)
        record.carry_out()
    with world.system("North") as system:
        system.write(system.get(Customer, records["customers"][1]), owner=world.staff.users["superior"])
    with world.acting("admin"), pytest.raises(Conflict, match="Customer 2"):
        record.take_back()
    assert owners(world, Customer, *records["customers"]) == ["colleague", "superior"]
    assert record.state.code == "done"


@pytest.mark.parametrize(
    ("successor", "problem"),
    [(None, "choose who gets"), ("owner", "cannot be the successor"), ("stranger", "no right to work with")],
)
def test_a_wrong_successor_is_told_and_nothing_moves(
    world: World, records: dict[str, Any], successor: str | None, problem: str
) -> None:
    with world.acting("admin") as env:
        record = prepared(world, successor=successor and world.staff.users[successor])
        with pytest.raises(ValidationFailed) as refusal:
            record.carry_out()
        assert problem in str(refusal.value.problems["successor"][0])
        assert record.state.code == "prepared"
        assert env.reason is None
    assert owners(world, Customer, *records["customers"]) == ["owner", "owner"]


def test_somebody_of_another_company_gets_nothing(world: World, records: dict[str, Any]) -> None:
    with world.acting("admin"), pytest.raises(ValidationFailed):
        prepared(world, successor=world.staff.users["other"])
    with world.acting("admin"), pytest.raises(ValidationFailed):
        prepared(world, giver=world.staff.users["other"])


def test_only_who_may_hand_over_does(world: World, records: dict[str, Any]) -> None:
    for person in ("owner", "superior", "director", "stranger"):
        with world.acting(person) as env, pytest.raises(AccessDenied):
            env.create(HandOver, giver=world.staff.users["owner"], successor=world.staff.users["colleague"])


def test_a_report_is_not_changed(world: World, records: dict[str, Any]) -> None:
    with world.acting("admin") as env:
        record = prepared(world)
        record.carry_out()
        line = lines(env, record)["crm_base.customer.owner"]
        with pytest.raises(StateForbids):
            env.write(line, successor=world.staff.users["superior"])
        with pytest.raises(StateForbids):
            env.write(record, successor=world.staff.users["superior"])
        env.write(record, remarks="Keys returned")


class _Run:
    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def step(self, progress: int, total: int) -> None:
        self.told.append((progress, total))


def test_much_goes_as_a_job_with_progress(
    world: World, records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over, "AT_ONCE", 3)
    run = _Run()
    with world.acting("admin") as env:
        record = prepared(world)
        record.carry_out()
        assert record.state.code == "running"
        assert owners(world, Customer, *records["customers"]) == ["owner", "owner"], "not yet"
        assert hand_over_records.function(env, run, hand_over=record.id) == {"moved": 10}
        assert record.state.code == "done" and run.told[-1] == (10, 10) and len(run.told) == 6
        assert hand_over_records.function(env, run, hand_over=record.id) == {"moved": 0}, "it may run again"
        record.take_back()
        assert record.state.code == "returning"
        hand_over_records.function(env, run, hand_over=record.id)
        assert record.state.code == "undone"
    assert owners(world, Customer, *records["customers"]) == ["owner", "owner"]


def test_statements_do_not_grow_with_the_records(world: World) -> None:
    users = world.staff.users

    def statements(number: int) -> int:
        with world.system("North") as system:
            one = {"owner": users["owner"], "phone": "021-1234567"}
            system.create_many(Customer, [{**one, "name": f"Many {number} {n}"} for n in range(number)])
        with world.acting("admin"):
            record = prepared(world)
            seen: list[str] = []

            def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
                seen.append(statement)

            event.listen(world.connection, "before_cursor_execute", note)
            record.carry_out()
            event.remove(world.connection, "before_cursor_execute", note)
            assert record.moved == number
        return len(seen)

    assert statements(5) == statements(300)


def test_the_lines_are_found_again(world: World, records: dict[str, Any]) -> None:
    with world.acting("admin") as env:
        record = prepared(world)
        env.write(lines(env, record)["crm_base.customer.owner"], successor=world.staff.users["superior"])
    with world.acting("owner") as owner:
        owner.create(Customer, name="Customer 3", phone="010 3")
    with world.acting("admin") as env:
        record.count_again()
        line = lines(env, record)["crm_base.customer.owner"]
        assert (line.open, line.successor_id) == (3, world.staff.users["superior"])
        assert env.count(HandOverLine).value == 6
