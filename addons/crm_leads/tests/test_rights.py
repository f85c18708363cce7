"""Who sees and changes leads and opportunities (features 5.2 and 5.4)."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_base.models import Activity, Customer, Task
from addons.crm_leads.models import Channel, Lead, Opportunity, Process, Stage, StageStay, StageTask
from addons.crm_leads.tests.conftest import sees, soon
from core.api import AccessDenied, NotFound, ValidationFailed
from core.testing.team import acting, buttons, choice, give
from core.testing.world import World

EVERYBODY = ("desk", "owner", "colleague", "superior", "director", "manager", "marketer", "consultant", "outsider",
             "stranger", "admin", "other")  # fmt: skip
ACTIONS = ("read", "update", "delete", "assign", "track", "export", "import")


def rights(world: World, person: str, record: Any) -> set[str]:
    env = world.new_env(person)
    return {action for action in ACTIONS if env.can(action, record)}


def test_rights_on_an_assigned_lead(crew: World, assigned: Lead) -> None:
    assert {person: found for person in EVERYBODY if (found := rights(crew, person, assigned))} == {
        "desk": {"read", "update", "assign", "track", "export", "import"},
        "owner": {"read", "update", "track"},
        "superior": {"read", "update", "track"},
        "director": {"read", "assign", "export"},
        "manager": {"read", "update", "delete", "assign", "track", "export", "import"},
        "marketer": {"read", "export"},
        "consultant": {"read", "update"},
    }


def test_a_right_of_this_addon_is_told_by_the_step_that_asks_for_it(crew: World, assigned: Lead) -> None:
    env = crew.new_env("consultant")
    told = [reason.translate("en") for reason in env.explain("track", env.get(Lead, assigned.id)).reasons]
    assert any("“" in reason for reason in told) and not any("track:" in reason for reason in told), told


def test_rights_on_a_lead_that_nobody_has(crew: World, lead: Lead) -> None:
    found = {person: rights(crew, person, lead) for person in EVERYBODY}
    assert {person for person, actions in found.items() if "read" in actions} == {
        "desk", "director", "manager", "marketer", "consultant",
    }  # fmt: skip
    assert {person for person, actions in found.items() if "assign" in actions} == {
        "desk",
        "director",
        "manager",
    }
    assert {person for person, actions in found.items() if "update" in actions} == {
        "desk",
        "manager",
        "consultant",
    }


def test_rights_on_an_opportunity(crew: World, deal: Opportunity) -> None:
    assert {person: found for person in EVERYBODY if (found := rights(crew, person, deal))} == {
        "owner": {"read", "update", "assign"},
        "superior": {"read", "update", "assign"},
        "director": {"read", "assign", "export"},
        "manager": {"read", "update", "delete", "assign", "export", "import"},
        "marketer": {"read", "export"},
    }


def test_an_indirect_superior_without_a_directors_role_may_only_look(
    crew: World, assigned: Lead, deal: Opportunity
) -> None:
    users = crew.staff.users
    with crew.system("North") as env:
        held = env.info("base.user_role").cls
        env.delete(env.search(held, held.user_id == users["director"], limit=10))
        for role in ("base.user", "crm_base.salesperson"):
            give(env, users["director"], role)
    assert rights(crew, "director", assigned) == rights(crew, "director", deal) == {"read"}
    assert buttons(crew, "director", assigned) == {"log_activity", "plan_activity"}


def test_who_gave_a_lead_out_keeps_its_own_steps_and_edits_nothing(crew: World, lead: Lead) -> None:
    with crew.system("North") as env:
        give(env, crew.staff.users["outsider"], "crm_base.sales_director")
    with acting(crew, "outsider") as env:
        env.get(Lead, lead.id).assign(to=env.user)
    with acting(crew, "outsider") as env:
        env.get(Lead, lead.id).reclaim()
        env.get(Lead, lead.id).assign(to=env.user)
        env.get(Lead, lead.id).give_back(reason="No time")
    with acting(crew, "director") as env:
        env.get(Lead, lead.id).assign(to=crew.staff.users["owner"])
    assert rights(crew, "director", lead) == {"read", "assign", "track", "export"}
    assert buttons(crew, "director", lead) == {
        "reclaim", "close", "save_as_customer", "log_activity", "plan_activity",
    }  # fmt: skip
    with acting(crew, "director") as env, pytest.raises(AccessDenied):
        env.write(env.get(Lead, lead.id), title="Mine")


def test_consultants_work_on_leads_in_which_they_have_a_part(crew: World, assigned: Lead) -> None:
    with acting(crew, "consultant") as env:
        found = env.get(Lead, assigned.id)
        env.write(found, need="25 servers")
        call = choice(env, "crm_base.activity_kind", "phone")
        found.log_activity(kind=call, subject="Asked", result="25 now")
        assert env.count(Activity).value == 1
    with acting(crew, "desk") as env:
        env.write(env.get(Lead, assigned.id), counsellor=None)
    assert not sees(crew, "consultant", assigned)
    with acting(crew, "owner") as env:
        deal = env.get(Lead, assigned.id).upgrade(intention="x", expected_close=soon(env))
    assert not sees(crew, "consultant", deal)


def test_the_consultant_follows_the_lead_to_the_opportunity(crew: World, assigned: Lead) -> None:
    with acting(crew, "owner") as env:
        deal = env.get(Lead, assigned.id).upgrade(intention="x", expected_close=soon(env))
    assert rights(crew, "consultant", deal) == {"read"}


def test_whoever_sees_the_record_sees_its_activities_tasks_and_stays(
    crew: World, assigned: Lead, deal: Opportunity
) -> None:
    with acting(crew, "owner") as env:
        call = choice(env, "crm_base.activity_kind", "phone")
        env.get(Lead, assigned.id).log_activity(kind=call, subject="Called", result="x")
        env.get(Opportunity, deal.id).log_activity(kind=call, subject="Met", result="y")
        calls = env.search(Activity, order="id")
        (tracking, clarify) = env.search(Task, order="id")
        (stay,) = env.search(StageStay)
    seen = {one.id: {person for person in EVERYBODY if sees(crew, person, one)} for one in calls}
    above = {"owner", "superior", "director", "manager", "marketer"}
    assert seen[calls[0].id] == above | {"desk", "consultant"}
    assert seen[calls[1].id] == above
    assert {person for person in EVERYBODY if sees(crew, person, stay)} == above
    assert sees(crew, "desk", tracking) and not sees(crew, "desk", clarify)
    with acting(crew, "desk") as env:
        env.get(Lead, assigned.id).reclaim()
        env.get(Lead, assigned.id).assign(to=crew.staff.users["colleague"])
    assert sees(crew, "colleague", calls[0]), "the new owner knows what was done before"


def test_an_open_task_shows_the_lead_and_the_opportunity_to_who_has_it(
    crew: World, assigned: Lead, deal: Opportunity
) -> None:
    with acting(crew, "owner") as env:
        for name, record in (("lead", assigned), ("opportunity", deal)):
            env.create(Task, subject="Help", assignee=crew.staff.users["colleague"], **{name: record.id})
    assert rights(crew, "colleague", assigned) == rights(crew, "colleague", deal) == {"read"}
    with acting(crew, "colleague") as env:
        for task in env.search(Task, Task.assignee == env.user_id):
            task.report_done(result="Helped")
    with acting(crew, "owner") as env:
        for task in env.search(Task, Task.subject == "Help"):
            task.confirm()
    assert not sees(crew, "colleague", assigned) and not sees(crew, "colleague", deal)


@pytest.mark.parametrize("model", [Channel, Process, Stage, StageTask])
def test_settings_are_read_by_all_in_sales_and_kept_by_two(crew: World, model: Any) -> None:
    values: dict[str, Any] = {"name": {"en": "x", "zh_CN": "x"}}
    owner = crew.env("owner")
    if model is Stage:
        values["process"] = owner.search(Process)[0].id
    if model is StageTask:
        values["stage"] = owner.search(Stage)[0].id
    for person in ("owner", "director", "marketer", "desk", "consultant"):
        env = crew.new_env(person)
        assert env.can("read", model) and not any(env.can(a, model) for a in ("create", "update", "delete"))
    assert not crew.env("stranger").can("read", model)
    for person in ("admin", "manager"):
        made = crew.new_env(person).create(model, **values)
        assert sees(crew, "owner", made)
        keeper = crew.new_env(person)
        keeper.delete(keeper.get(model, made.id))
        assert not sees(crew, "owner", made)
    with pytest.raises(AccessDenied):
        owner.create(model, **values)


def test_nothing_of_one_company_is_seen_in_the_other(crew: World, assigned: Lead, deal: Opportunity) -> None:
    other = crew.new_env("other")
    for model in (Lead, Opportunity, StageStay, Customer):
        assert other.count(model).value == 0
    assert len(other.search(Stage)) == 6 and len(other.search(Channel)) == 7
    north = {one.id for one in crew.env("owner").search(Stage)}
    assert north.isdisjoint(one.id for one in other.search(Stage))
    with pytest.raises(NotFound):
        other.get(Lead, assigned.id)
    acme = other.create(Customer, name="South", phone="020-1234567")
    with pytest.raises(ValidationFailed):
        other.create(
            Opportunity, title="x", customer=deal.customer_id, intention="y", expected_close=soon(other)
        )
    made = other.create(Opportunity, title="x", customer=acme, intention="y", expected_close=soon(other))
    assert made.number.endswith("0001")


def test_where_the_addon_is_off_its_records_and_fields_are_gone(crew: World, assigned: Lead) -> None:
    with crew.system("North") as env:
        switch: Any = env.info("base.company_addon").cls
        found = env.first(switch, switch.company_id == env.company_id, switch.addon == "crm_leads")
        env.write(found, enabled=False)
    env = crew.new_env("owner")
    with pytest.raises(NotFound):
        env.search(Lead)
    assert "lead" not in env.policy.readable(env.info(Task))
    assert "opportunities" not in env.info(Customer).fields_for(env.addons)
    call = choice(env, "crm_base.activity_kind", "phone")
    env.create(Activity, subject="Without leads", kind=call, state="done", result="x")
    assert crew.new_env("other").count(Lead).value == 0


def test_what_the_rules_of_leads_ask_for_has_an_index(crew: World) -> None:
    table = crew.new_env("desk").info(Lead).table
    first = {index.columns.keys()[1] for index in table.indexes if index.columns.keys()[:1] == ["company_id"]}
    assert {"owner_id", "created_by_id", "assigner_id", "promotion_consultant_id", "state"} <= first
