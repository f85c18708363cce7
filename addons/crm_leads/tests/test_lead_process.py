"""Process P1, line by line: who takes a step, from which state, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_leads.models import Channel, Lead, Opportunity, SalesActivity, SalesTask
from addons.crm_leads.tests.conftest import history, sees, soon
from core.api import AccessDenied, NotFound, StateForbids, ValidationFailed
from core.testing.team import acting, buttons, choice, notices
from core.testing.world import World, use_env

STEPS = {"assign", "take", "reclaim", "give_back", "save_as_customer", "upgrade", "close"}
EVERYBODY = ("desk", "owner", "colleague", "superior", "director", "manager", "marketer", "consultant", "outsider",
             "stranger", "admin", "other")  # fmt: skip


def who_may(world: World, lead: Lead, step: str) -> set[str]:
    return {person for person in EVERYBODY if step in buttons(world, person, lead)}


def state(world: World, lead: Lead) -> str:
    with world.system("North") as env:
        return str(env.read(Lead, lead.id, ["state"])[2].code)


def value(world: World, record: Any, *names: str) -> Any:
    with world.system("North") as env:
        found = env.load(env.info(record), [record.id])[0]
        env.refresh(env.info(record), [found])
        return [getattr(found, name) for name in names]


def log_call(world: World, person: str, lead: Lead) -> None:
    with acting(world, person) as env:
        call = choice(env, "crm_base.activity_kind", "phone")
        env.get(Lead, lead.id).log_activity(kind=call, subject="Called", result="Interested")


# -- create ------------------------------------------------------------------------------------------------------


def test_a_new_lead_has_a_number_and_nobody(crew: World, lead: Lead) -> None:
    month = crew.env("desk").clock().astimezone(crew.env("desk").timezone).strftime("%Y%m")
    assert lead.number == f"L{month}0001"
    assert (lead.state.code, lead.owner, lead.assigner) == ("new", None, None)


@pytest.mark.parametrize("person", ["desk", "owner", "consultant", "director", "manager"])
def test_whoever_has_the_right_enters_leads_and_finds_them_again(crew: World, person: str) -> None:
    made = crew.env(person).create(Lead, title="Entered")
    assert sees(crew, person, made)
    with acting(crew, person) as env:
        env.write(env.get(Lead, made.id), need="More")


@pytest.mark.parametrize("person", ["marketer", "stranger", "admin"])
def test_others_enter_none(crew: World, person: str) -> None:
    with pytest.raises((AccessDenied, NotFound)):
        crew.env(person).create(Lead, title="Entered")


def test_attribution_comes_from_the_channel_or_from_who_brings_the_lead(crew: World) -> None:
    users = crew.staff.users
    manager = crew.env("manager")
    fair = manager.create(
        Channel, name={"en": "Fair", "zh_CN": "展会"}, consultant=users["colleague"], cost=800
    )
    by_channel = crew.env("desk").create(Lead, title="a", channel=fair, campaign="Autumn", keyword="server")
    by_person = crew.env("consultant").create(Lead, title="b")
    named = crew.env("desk").create(Lead, title="c", channel=fair, promotion_consultant=users["owner"])
    found = [one.promotion_consultant_id for one in (by_channel, by_person, named)]
    assert found == [users["colleague"], users["consultant"], users["owner"]]
    assert crew.env("desk").create(Lead, title="d").promotion_consultant_id is None


# -- assign ------------------------------------------------------------------------------------------------------


def test_desk_and_leaders_assign_what_nobody_has(crew: World, lead: Lead) -> None:
    assert who_may(crew, lead, "assign") == {"desk", "director", "manager"}


def test_assigning_makes_owner_task_notice_and_starts_the_clock(crew: World, assigned: Lead) -> None:
    users, desk = crew.staff.users, crew.env("desk")
    assert state(crew, assigned) == "assigned"
    assert value(crew, assigned, "owner_id", "assigner_id", "sales_consultant_id") == [
        users["owner"], users["desk"], users["owner"],
    ]  # fmt: skip
    assert value(crew, assigned, "assigned_at", "first_response_at") == [desk.now, None]
    owner = crew.new_env("owner")
    (task,) = owner.search(Task, SalesTask.lead == assigned.id)
    assert (task.subject, task.kind.code, task.state.code) == (
        "Track the lead: Needs 20 servers",
        "tracking",
        "assigned",
    )
    assert (task.assignee_id, task.owner_id, task.due) == (users["owner"], users["desk"], soon(desk, 3))
    assert notices(crew, "owner") == ["The lead “Needs 20 servers” was given to you."]
    assert notices(crew, "desk") == []


def test_many_leads_are_assigned_at_once(crew: World, lead: Lead) -> None:
    with acting(crew, "desk") as desk:
        ids = desk.create_many(Lead, [{"title": f"Lead {n}"} for n in range(5)])
        owner = desk.get("base.user", crew.staff.users["owner"])
        desk.run(Lead.assign, desk.get_many(Lead, [lead.id, *ids]), to=owner)
    owner_env = crew.new_env("owner")
    assert owner_env.count(Lead, Lead.owner == owner_env.user_id).value == 6
    assert owner_env.count(Task, Task.assignee == owner_env.user_id).value == 6
    assert len(notices(crew, "owner")) == 6


def test_an_assigned_lead_is_not_assigned_again(crew: World, assigned: Lead) -> None:
    with acting(crew, "desk") as desk, pytest.raises(StateForbids):
        desk.get(Lead, assigned.id).assign(to=crew.staff.users["colleague"])


def test_the_receiver_has_to_be_able_to_work_on_it(crew: World, lead: Lead) -> None:
    with acting(crew, "desk") as desk:
        found = desk.get(Lead, lead.id)
        for person in ("stranger", "marketer", "consultant"):
            with pytest.raises(ValidationFailed) as refused:
                found.assign(to=crew.staff.users[person])
            assert set(refused.value.problems) == {"to"}
        with crew.system("North") as system:
            system.write(system.get("base.user", crew.staff.users["colleague"]), blocked=True)
        with pytest.raises(ValidationFailed):
            found.assign(to=crew.staff.users["colleague"])
    assert state(crew, lead) == "new"


def test_a_director_assigns_within_the_department(crew: World, lead: Lead) -> None:
    with acting(crew, "director") as director:
        found = director.get(Lead, lead.id)
        with pytest.raises(ValidationFailed) as refused:
            found.assign(to=crew.staff.users["outsider"])
        assert set(refused.value.problems) == {"to"}
        found.assign(to=crew.staff.users["colleague"])
    with acting(crew, "desk") as desk:
        other = desk.create(Lead, title="For elsewhere")
        other.assign(to=crew.staff.users["outsider"])
    assert sees(crew, "outsider", other)


def test_who_entered_a_lead_may_track_it(crew: World) -> None:
    made = crew.env("owner").create(Lead, title="Met on the train")
    assert buttons(crew, "owner", made) & STEPS == {"take", "save_as_customer", "close"}
    with acting(crew, "owner") as env:
        env.get(Lead, made.id).take()
    users = crew.staff.users
    assert value(crew, made, "owner_id", "assigner_id") == [users["owner"], users["owner"]]
    assert state(crew, made) == "assigned" and notices(crew, "owner") == []


def test_entering_a_lead_gives_no_right_once_somebody_else_has_it(crew: World) -> None:
    made = crew.env("colleague").create(Lead, title="Passed on")
    with acting(crew, "desk") as desk:
        desk.get(Lead, made.id).assign(to=crew.staff.users["owner"])
    assert not sees(crew, "colleague", made)


def test_the_assigner_can_work_on_a_lead_after_assigning_it_to_himself(crew: World, lead: Lead) -> None:
    assert "upgrade" not in buttons(crew, "desk", lead)
    with acting(crew, "desk") as desk:
        desk.get(Lead, lead.id).assign(to=desk.user)
    assert buttons(crew, "desk", lead) & STEPS == {
        "reclaim",
        "give_back",
        "save_as_customer",
        "upgrade",
        "close",
    }


# -- first activity ----------------------------------------------------------------------------------------------


def test_the_first_activity_puts_it_in_progress_and_stops_the_clock(crew: World, assigned: Lead) -> None:
    log_call(crew, "owner", assigned)
    assert state(crew, assigned) == "in_progress"
    (first,) = value(crew, assigned, "first_response_at")
    assert first is not None
    log_call(crew, "owner", assigned)
    assert value(crew, assigned, "first_response_at") == [first]


def test_a_planned_activity_counts_when_it_was_carried_out(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        call = choice(env, "crm_base.activity_kind", "phone")
        env.get(Lead, assigned.id).plan_activity(kind=call, subject="Ring", at=env.now + timedelta(days=1))
        assert env.get(Lead, assigned.id).state.code == "assigned"
        (planned,) = env.search(Activity, SalesActivity.lead == assigned.id)
        planned.carry_out(result="Talked")
    assert state(crew, assigned) == "in_progress"


def test_nobody_starts_tracking_by_hand(crew: World, assigned: Lead) -> None:
    assert who_may(crew, assigned, "start_tracking") == set()


def test_an_activity_sets_the_next_follow_up_and_one_of_the_future_is_refused(
    crew: World, assigned: Lead
) -> None:
    with acting(crew, "owner") as env:
        call = choice(env, "crm_base.activity_kind", "phone")
        found = env.get(Lead, assigned.id)
        found.log_activity(kind=call, subject="Called", result="Later", follow_up=soon(env, 9))
        assert found.follow_up_on == soon(env, 9)
        with pytest.raises(ValidationFailed) as refused:
            found.log_activity(kind=call, subject="x", result="y", at=env.now + timedelta(hours=1))
        assert set(refused.value.problems) == {"at"}


# -- reclaim -----------------------------------------------------------------------------------------------------


def test_assigner_and_superior_reclaim(crew: World, assigned: Lead) -> None:
    assert who_may(crew, assigned, "reclaim") == {"desk", "superior", "manager"}


@pytest.mark.parametrize("in_progress", [False, True])
def test_reclaiming_empties_the_owner_cancels_the_task_and_tells(
    crew: World, assigned: Lead, in_progress: bool
) -> None:
    if in_progress:
        log_call(crew, "owner", assigned)
    with acting(crew, "desk") as desk:
        desk.get(Lead, assigned.id).reclaim()
    assert state(crew, assigned) == "new"
    assert value(crew, assigned, "owner_id", "sales_consultant_id") == [None, None]
    assert [one.state.code for one in crew.new_env("desk").search(Task, SalesTask.lead == assigned.id)] == [
        "cancelled"
    ]
    assert "The lead “Needs 20 servers” was taken back." in notices(crew, "owner")
    assert not sees(crew, "owner", assigned)
    with acting(crew, "desk") as desk:
        desk.get(Lead, assigned.id).assign(to=crew.staff.users["colleague"])
    assert value(crew, assigned, "owner_id", "sales_consultant_id") == [crew.staff.users["colleague"]] * 2


def test_reclaiming_leaves_the_tasks_of_others(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        found = env.get(Lead, assigned.id)
        env.create(Task, subject="Mine", lead=found, assignee=env.user)
        env.create(Task, subject="Brochure", lead=found, assignee=crew.staff.users["colleague"])
    with acting(crew, "desk") as desk:
        desk.get(Lead, assigned.id).reclaim()
        found = {one.subject: one.state.code for one in desk.search(Task, SalesTask.lead == assigned.id)}
    assert found == {
        "Track the lead: Needs 20 servers": "cancelled",
        "Mine": "cancelled",
        "Brochure": "assigned",
    }


# -- return ------------------------------------------------------------------------------------------------------


def test_the_owner_returns_with_a_reason(crew: World, assigned: Lead) -> None:
    assert who_may(crew, assigned, "give_back") == {"owner", "superior", "manager"}
    with acting(crew, "owner") as env:
        with pytest.raises(ValidationFailed) as refused:
            env.get(Lead, assigned.id).give_back(reason=" ")
        assert set(refused.value.problems) == {"reason"}
        env.get(Lead, assigned.id).give_back(reason="Not my region")
    assert state(crew, assigned) == "returned"
    assert value(crew, assigned, "owner_id", "return_reason") == [None, "Not my region"]
    assert notices(crew, "desk") == ["The lead “Needs 20 servers” came back: Not my region"]
    assert [one.state.code for one in crew.new_env("desk").search(Task, SalesTask.lead == assigned.id)] == [
        "cancelled"
    ]
    assert not sees(crew, "owner", assigned)
    with acting(crew, "desk") as desk:
        desk.get(Lead, assigned.id).assign(to=crew.staff.users["colleague"])
    assert value(crew, assigned, "return_reason") == [None]


# -- save as customer --------------------------------------------------------------------------------------------


def test_owner_and_assigner_save_as_customer(crew: World, assigned: Lead) -> None:
    assert who_may(crew, assigned, "save_as_customer") == {"owner", "superior", "desk", "manager"}


@pytest.mark.parametrize("person", ["owner", "desk"])
def test_saving_as_customer_makes_both_records_and_leaves_the_state(
    crew: World, assigned: Lead, person: str
) -> None:
    log_call(crew, "owner", assigned)
    with acting(crew, person) as env:
        found = env.get(Lead, assigned.id)
        customer = found.save_as_customer()
        again = found.save_as_customer()
    assert customer.id == again.id and state(crew, assigned) == "in_progress"
    env = crew.new_env("owner")
    made = env.get(Customer, customer.id)
    assert (made.name, made.phone, made.kind, made.province) == ("Acme", "021-1234567", "company", "上海市")
    assert made.owner_id == env.user_id
    (contact,) = env.search(Contact, Contact.customer == customer.id)
    assert (contact.name, contact.email, contact.owner_id) == ("Ann", "ann@acme.example", env.user_id)
    assert env.search(Activity, SalesActivity.lead == assigned.id)[0].customer_id == customer.id
    assert value(crew, assigned, "customer_id", "contact_id") == [customer.id, contact.id]


def test_an_existing_customer_is_linked(crew: World, assigned: Lead) -> None:
    known = crew.env("owner").create(Customer, name="Acme Ltd", phone="021-7654321")
    with acting(crew, "owner") as env:
        assert (
            env.get(Lead, assigned.id).save_as_customer(existing=env.get(Customer, known.id)).id == known.id
        )
        assert env.count(Customer).value == 1
        assert [one.name for one in env.search(Contact, Contact.customer == known.id)] == ["Ann"]


def test_a_customer_needs_a_telephone_number(crew: World) -> None:
    with acting(crew, "owner") as env:
        made = env.create(Lead, title="No number", person="Ben")
        with pytest.raises(ValidationFailed) as refused:
            made.save_as_customer()
        assert set(refused.value.problems) == {"phone"}


def test_a_person_without_company_becomes_a_person(crew: World) -> None:
    with acting(crew, "owner") as env:
        made = env.create(Lead, title="Private", person="Ben", phone="13800138000")
        assert made.save_as_customer().kind == "person"


# -- upgrade -----------------------------------------------------------------------------------------------------


def test_the_owner_upgrades(crew: World, lead: Lead, assigned: Lead) -> None:
    assert who_may(crew, assigned, "upgrade") == {"owner", "superior", "manager"}


def test_upgrading_carries_everything_over_and_ends_the_lead(crew: World, assigned: Lead) -> None:
    log_call(crew, "owner", assigned)
    with acting(crew, "owner") as env:
        found = env.get(Lead, assigned.id)
        opportunity = found.upgrade(intention="Wants a quote", expected_close=soon(env))
    env = crew.new_env("owner")
    made = env.get(Opportunity, opportunity.id)
    users = crew.staff.users
    assert (made.title, made.intention, made.amount) == ("Needs 20 servers", "Wants a quote", Decimal(50_000))
    assert (made.description, made.products, made.owner_id) == (
        "Servers for a new hall",
        "Servers",
        users["owner"],
    )
    assert (made.promotion_consultant_id, made.counsellor_id, made.sales_consultant_id) == (
        None, users["consultant"], users["owner"],
    )  # fmt: skip
    assert made.customer.name == "Acme" and env.linked(made, "contacts") == value(
        crew, assigned, "contact_id"
    )
    assert made.state.code == "open" and made.stage.name["en"] == "First contact"
    (call,) = env.search(Activity, SalesActivity.opportunity == made.id)
    assert (call.lead_id, call.customer_id) == (assigned.id, made.customer_id)
    tasks = env.search(Task, SalesTask.opportunity == made.id, SalesTask.lead == assigned.id)
    assert [one.state.code for one in tasks] == ["assigned"]
    assert state(crew, assigned) == "upgraded"
    assert value(crew, assigned, "opportunity_id", "customer_id") == [made.id, made.customer_id]
    assert made.leads[0].id == assigned.id
    for person in ("owner", "manager", "desk"):
        with acting(crew, person) as env, pytest.raises(StateForbids):
            env.write(env.get(Lead, assigned.id), title="Changed")
    assert buttons(crew, "owner", assigned) == {"copy_as_new"}


def test_the_amount_given_counts_even_when_it_is_nothing(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        made = env.get(Lead, assigned.id).upgrade(
            intention="Test", expected_close=soon(env), amount=Decimal(0)
        )
        assert made.amount == 0


def test_an_upgrade_needs_intention_and_date(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        with pytest.raises(ValidationFailed) as refused:
            env.run(Lead.upgrade, [env.get(Lead, assigned.id)])
        assert set(refused.value.problems) == {"intention", "expected_close"}
    assert state(crew, assigned) == "assigned"


def test_a_superior_upgrades_for_the_owner(crew: World, assigned: Lead) -> None:
    with acting(crew, "superior") as env:
        made = env.get(Lead, assigned.id).upgrade(intention="Asked me", expected_close=soon(env))
    assert made.owner_id == crew.staff.users["owner"]


# -- close -------------------------------------------------------------------------------------------------------


def test_owner_and_assigner_close(crew: World, assigned: Lead) -> None:
    assert who_may(crew, assigned, "close") == {"owner", "superior", "desk", "manager"}


@pytest.mark.parametrize("before", ["new", "assigned", "in_progress", "returned"])
def test_closing_is_possible_from_every_open_state_and_final(crew: World, lead: Lead, before: str) -> None:
    if before != "new":
        with acting(crew, "desk") as desk:
            desk.get(Lead, lead.id).assign(to=crew.staff.users["owner"])
    if before == "in_progress":
        log_call(crew, "owner", lead)
    if before == "returned":
        with acting(crew, "owner") as env:
            env.get(Lead, lead.id).give_back(reason="No")
    assert state(crew, lead) == before
    with acting(crew, "desk") as desk:
        found = desk.get(Lead, lead.id)
        with pytest.raises(ValidationFailed):
            desk.run(Lead.close, [found])
        found.close(reason=choice(desk, "crm_leads.close_reason", "duplicate"), remark="Twice")
    assert state(crew, lead) == "closed"
    (reason, remark) = value(crew, lead, "close_reason", "close_remark")
    assert (reason.code, remark) == ("duplicate", "Twice")
    assert {one.state.code for one in crew.new_env("desk").search(Task, SalesTask.lead == lead.id)} <= {
        "cancelled"
    }
    for person in ("desk", "owner", "manager"):
        assert buttons(crew, person, lead) <= {"copy_as_new"}
    with acting(crew, "manager") as env:
        found = env.get(Lead, lead.id)
        with pytest.raises(StateForbids):
            env.write(found, remarks="Late")
        with pytest.raises(StateForbids):
            env.delete(found)
        call = choice(env, "crm_base.activity_kind", "phone")
        with pytest.raises(StateForbids):
            env.create(Activity, subject="Late", kind=call, lead=found)
        with pytest.raises(StateForbids):
            env.create(Task, subject="Late", lead=found)


def test_a_reason_of_another_list_is_refused(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env, pytest.raises(ValidationFailed):
        env.get(Lead, assigned.id).close(reason=choice(env, "crm_leads.lost_reason", "price"))


def test_a_closed_lead_is_copied_as_new(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        env.get(Lead, assigned.id).close(reason=choice(env, "crm_leads.close_reason", "no_need"))
        copy = env.get(Lead, assigned.id).copy_as_new()
    assert (copy.state.code, copy.owner_id, copy.title, copy.company_name) == (
        "new",
        None,
        "Needs 20 servers",
        "Acme",
    )
    assert copy.number != assigned.number and copy.close_reason is None
    assert sees(crew, "owner", copy)


# -- history -----------------------------------------------------------------------------------------------------


def test_the_history_names_every_assignment_and_state(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        env.get(Lead, assigned.id).give_back(reason="No")
    users, entries = crew.staff.users, history(crew, assigned)
    assert [(step, who) for step, who, _new in entries] == [
        ("create", users["desk"]), ("assign", users["desk"]), ("give_back", users["owner"]),
    ]  # fmt: skip
    assert [new["state"] for _step, _who, new in entries] == ["new", "assigned", "returned"]
    assert [new["owner"] for _step, _who, new in entries if "owner" in new] == [users["owner"], None]


def test_the_step_is_refused_to_who_only_sees_the_lead(crew: World, assigned: Lead) -> None:
    with acting(crew, "director") as env, pytest.raises(AccessDenied):
        env.get(Lead, assigned.id).close(reason=choice(env, "crm_leads.close_reason", "lost"))
    with use_env(crew.env("colleague")), pytest.raises(NotFound):
        crew.env("colleague").run(Lead.close, [assigned], reason=1)
