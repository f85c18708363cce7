"""Process P2, line by line: who takes a step, from which stage and state, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Activity, Customer, Task
from addons.crm_leads.models import Opportunity, Process, SalesTask, Stage, StageStay, StageTask
from addons.crm_leads.tests.conftest import history, sees, soon
from core.api import AccessDenied, Env, NotFound, StateForbids, ValidationFailed
from core.testing.team import acting, buttons, choice, give, notices
from core.testing.world import World, use_env

STEPS = {"advance", "step_back", "move_to_stage", "suspend", "resume", "win", "lose"}
EVERYBODY = ("owner", "colleague", "superior", "director", "manager", "marketer", "desk", "consultant", "outsider",
             "stranger", "admin", "other")  # fmt: skip
NAMES = ["First contact", "Interview", "Decision maker met", "Proposal", "Quote", "Contract"]


def who_may(world: World, deal: Opportunity, step: str) -> set[str]:
    return {person for person in EVERYBODY if step in buttons(world, person, deal)}


def read(world: World, deal: Opportunity, *names: str) -> list[Any]:
    with world.system("North") as env:
        found = env.load(env.info(deal), [deal.id])[0]
        env.refresh(env.info(deal), [found])
        return [getattr(found, name) for name in names]


def stage(world: World, deal: Opportunity) -> str:
    with world.system("North") as env:
        return str(env.get(Opportunity, deal.id).stage.name["en"])


def stays(env: Env, deal: Opportunity) -> list[tuple[str, bool, bool, str | None]]:
    found = env.search(StageStay, StageStay.opportunity == deal.id, order="id")
    return [(one.stage_name["en"], one.left_at is not None, one.is_step_back, one.reason) for one in found]


def do(world: World, person: str, deal: Opportunity, step: str, **arguments: Any) -> Any:
    with acting(world, person) as env:
        return getattr(env.get(Opportunity, deal.id), step)(**arguments)


def require(world: World, stage_name: str, task: str) -> None:
    """A task that has to be done in a stage."""
    with world.system("North") as env:
        found = next(one for one in env.search(Stage) if one.name["en"] == stage_name)
        env.create(StageTask, stage=found, name={"en": task, "zh_CN": task}, days=2, is_required=True)


# -- create ------------------------------------------------------------------------------------------------------


def test_the_shipped_process_has_six_stages_in_both_languages(crew: World) -> None:
    found = crew.env("owner").search(Stage, order="sequence")
    assert [one.name["en"] for one in found] == NAMES
    assert [one.name["zh_CN"] for one in found] == [
        "第一次联系",
        "面谈",
        "与决策人见面",
        "方案",
        "报价",
        "合同",
    ]
    assert [one.probability for one in found] == [10, 20, 40, 60, 80, 90]
    assert [one.standard_days for one in found] == [7, 14, 14, 14, 7, 7]
    assert all(one.criteria for one in found)
    assert [one.name["zh_CN"] for one in crew.env("other").search(Process)] == ["标准销售流程"]


def test_a_new_opportunity_begins_in_the_first_stage_and_the_clock_starts(
    crew: World, deal: Opportunity
) -> None:
    env = crew.env("owner")
    assert stage(crew, deal) == "First contact"
    assert read(crew, deal, "probability", "stage_days", "expected_value") == [10, 7, Decimal(5000)]
    assert read(crew, deal, "stage_entered_at")[0] - env.now < timedelta(seconds=1)
    assert stays(env, deal) == [("First contact", False, False, None)]
    assert deal.number.startswith("O") and deal.owner_id == env.user_id and deal.engaged_on == soon(env, 0)


def test_the_tasks_of_the_stage_are_made_for_the_owner(crew: World, deal: Opportunity) -> None:
    env = crew.new_env("owner")
    (task,) = env.search(Task, SalesTask.opportunity == deal.id)
    assert (task.subject, task.state.code, task.due) == (
        "Clarify need, budget and time",
        "assigned",
        soon(env, 7),
    )
    assert (task.assignee_id, task.customer_id, task.kind.code) == (env.user_id, deal.customer_id, "sales")


@pytest.mark.parametrize("missing", ["intention", "expected_close", "customer", "title"])
def test_without_a_documented_intention_no_opportunity_is_saved(crew: World, missing: str) -> None:
    env = crew.env("owner")
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    values = {"title": "x", "customer": acme, "expected_close": soon(env), "intention": "Asked for a price"}
    with pytest.raises(ValidationFailed) as refused:
        env.create(Opportunity, **{**values, missing: None})
    assert set(refused.value.problems) == {missing}
    with pytest.raises(ValidationFailed):
        env.create(Opportunity, **{**values, missing: "  "})


def test_salespeople_and_superiors_create(crew: World) -> None:
    acme = crew.env("owner").create(Customer, name="Acme", phone="021-1234567")
    values = {"title": "x", "customer": acme.id, "intention": "y", "expected_close": soon(crew.env("owner"))}
    made = crew.env("superior").create(Opportunity, **values, owner=crew.staff.users["owner"])
    assert sees(crew, "owner", made)
    for person in ("marketer", "stranger", "desk", "consultant"):
        with pytest.raises((AccessDenied, NotFound)):
            crew.env(person).create(Opportunity, **values)
    with pytest.raises((AccessDenied, ValidationFailed)):
        crew.env("colleague").create(Opportunity, **{**values, "owner": crew.staff.users["owner"]})


# -- advance, step back ------------------------------------------------------------------------------------------


def test_the_owner_and_the_direct_superior_move_it(crew: World, deal: Opportunity) -> None:
    for step in ("advance", "move_to_stage", "suspend", "win", "lose"):
        assert who_may(crew, deal, step) == {"owner", "superior", "manager"}, step


def test_advancing_keeps_times_and_takes_the_probability_of_the_stage(crew: World, deal: Opportunity) -> None:
    do(crew, "owner", deal, "advance")
    assert stage(crew, deal) == "Interview"
    assert read(crew, deal, "probability", "stage_days", "expected_value") == [20, 14, Decimal(10_000)]
    assert stays(crew.new_env("owner"), deal) == [
        ("First contact", True, False, None), ("Interview", False, False, None),
    ]  # fmt: skip
    for _turn in range(4):
        do(crew, "owner", deal, "advance")
    assert stage(crew, deal) == "Contract"
    with pytest.raises(StateForbids):
        do(crew, "owner", deal, "advance")
    subjects = [one.subject for one in crew.new_env("owner").search(Task, SalesTask.opportunity == deal.id)]
    assert sorted(subjects) == ["Clarify need, budget and time", "Write and present the proposal"]


def test_required_tasks_come_first_and_only_the_superior_goes_on_without(crew: World) -> None:
    require(crew, "First contact", "Visit the customer")
    env = crew.env("owner")
    acme = env.create(Customer, name="Acme", phone="021-1234567")
    deal = env.create(Opportunity, title="x", customer=acme, intention="y", expected_close=soon(env))
    with pytest.raises(StateForbids, match="Visit the customer"):
        do(crew, "owner", deal, "advance", reason="I want to")
    with pytest.raises(StateForbids):
        do(crew, "owner", deal, "move_to_stage", stage=crew.env("owner").search(Stage, order="-sequence")[0])
    with pytest.raises(ValidationFailed) as refused:
        do(crew, "superior", deal, "advance")
    assert set(refused.value.problems) == {"reason"}
    do(crew, "superior", deal, "advance", reason="They are in a hurry")
    assert stays(crew.new_env("owner"), deal)[-1] == ("Interview", False, False, "They are in a hurry")


def test_with_the_required_task_done_the_owner_goes_on(crew: World) -> None:
    require(crew, "First contact", "Visit the customer")
    with acting(crew, "owner") as env:
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        deal = env.create(Opportunity, title="x", customer=acme, intention="y", expected_close=soon(env))
        (task,) = env.search(Task, Task.subject == "Visit the customer")
        task.report_done(result="Was there")
        deal.advance()
    assert stage(crew, deal) == "Interview"


def test_jumping_over_a_stage_asks_for_its_required_tasks_too(crew: World, deal: Opportunity) -> None:
    require(crew, "Interview", "Write the minutes")
    target = crew.env("owner").search(Stage, order="sequence")[2]
    with pytest.raises(StateForbids, match="Write the minutes"):
        do(crew, "owner", deal, "move_to_stage", stage=target.id)
    do(crew, "owner", deal, "advance")


def test_a_step_back_needs_a_reason_and_is_marked_for_the_director(crew: World, deal: Opportunity) -> None:
    with pytest.raises(StateForbids):
        do(crew, "owner", deal, "step_back", reason="x")
    do(crew, "owner", deal, "advance")
    with pytest.raises(ValidationFailed), acting(crew, "owner") as env:
        env.run(Opportunity.step_back, [env.get(Opportunity, deal.id)])
    do(crew, "owner", deal, "step_back", reason="New contact person")
    assert (stage(crew, deal), read(crew, deal, "is_abnormal", "probability")) == (
        "First contact",
        [True, 10],
    )
    assert stays(crew.new_env("superior"), deal)[-1] == ("First contact", False, True, "New contact person")
    assert notices(crew, "superior") == ["The opportunity “20 servers” stepped back: New contact person"]
    do(crew, "owner", deal, "advance")
    assert read(crew, deal, "is_abnormal") == [False]
    tasks = crew.new_env("owner").count(Task, SalesTask.opportunity == deal.id)
    assert tasks.value == 1, "coming back makes no second task"


def test_moving_on_the_board_follows_the_same_rules(crew: World, deal: Opportunity) -> None:
    found = crew.env("owner").search(Stage, order="sequence")
    do(crew, "owner", deal, "move_to_stage", stage=found[3].id)
    assert (stage(crew, deal), read(crew, deal, "probability")) == ("Proposal", [60])
    with pytest.raises(ValidationFailed) as refused:
        do(crew, "owner", deal, "move_to_stage", stage=found[1].id)
    assert set(refused.value.problems) == {"reason"}
    do(crew, "owner", deal, "move_to_stage", stage=found[1].id, reason="Too early")
    assert stage(crew, deal) == "Interview"
    before = stays(crew.new_env("owner"), deal)
    do(crew, "owner", deal, "move_to_stage", stage=found[1].id)
    assert stays(crew.new_env("owner"), deal) == before


def test_a_stage_of_another_process_is_refused(crew: World, deal: Opportunity) -> None:
    with crew.system("North") as env:
        other = env.create(Process, name={"en": "Service", "zh_CN": "服务"})
        foreign = env.create(Stage, name={"en": "Call", "zh_CN": "电话"}, process=other)
    with pytest.raises(ValidationFailed) as refused:
        do(crew, "owner", deal, "move_to_stage", stage=foreign.id)
    assert set(refused.value.problems) == {"stage"}
    with acting(crew, "owner") as env, pytest.raises(ValidationFailed):
        env.write(env.get(Opportunity, deal.id), process=other.id)


def test_a_move_can_be_undone(crew: World, deal: Opportunity) -> None:
    found = crew.env("owner").search(Stage, order="sequence")
    env = crew.new_env("owner")
    with use_env(env):
        env.get(Opportunity, deal.id).move_to_stage(stage=found[3])
    later = crew.new_env("owner")
    with use_env(later):
        later.undo(env.request_id)
    assert (stage(crew, deal), read(crew, deal, "probability", "stage_days")) == ("First contact", [10, 7])
    assert stays(crew.new_env("owner"), deal) == [("First contact", False, False, None)]
    assert crew.new_env("owner").count(Task, SalesTask.opportunity == deal.id).value == 1


def test_a_changed_success_rate_holds_for_all_open_ones(crew: World, deal: Opportunity) -> None:
    with acting(crew, "manager") as env:
        env.write(env.search(Stage, order="sequence")[0], probability=15, standard_days=9)
    assert read(crew, deal, "probability", "stage_days", "expected_value") == [15, 9, Decimal(7500)]


# -- transfer ----------------------------------------------------------------------------------------------------


def test_superiors_transfer(crew: World, deal: Opportunity) -> None:
    assert who_may(crew, deal, "transfer") == {"superior", "director", "manager"}


def test_a_transfer_tells_both_moves_the_tasks_and_keeps_history(crew: World, deal: Opportunity) -> None:
    with pytest.raises(ValidationFailed) as refused:
        do(crew, "director", deal, "transfer", to=crew.staff.users["owner"], reason="x")
    assert set(refused.value.problems) == {"to"}
    with pytest.raises(ValidationFailed):
        do(crew, "director", deal, "transfer", to=crew.staff.users["outsider"], reason="x")
    do(crew, "director", deal, "transfer", to=crew.staff.users["colleague"], reason="Knows the customer")
    told = "The opportunity “20 servers” went to Colleague: Knows the customer"
    assert notices(crew, "owner") == notices(crew, "colleague") == [told]
    env = crew.new_env("colleague")
    found = env.get(Opportunity, deal.id)
    assert (found.owner_id, found.stage.name["en"]) == (env.user_id, "First contact")
    assert [one.assignee_id for one in env.search(Task, SalesTask.opportunity == deal.id)] == [env.user_id]
    assert stays(env, deal) == [("First contact", False, False, None)]
    step, who, new = history(crew, deal)[-1]
    assert (step, who, new["owner"]) == ("transfer", crew.staff.users["director"], env.user_id)
    assert not sees(crew, "owner", deal)


def test_the_owner_is_not_changed_by_editing(crew: World, deal: Opportunity) -> None:
    for person in ("owner", "superior", "manager"):
        with acting(crew, person) as env, pytest.raises(ValidationFailed) as refused:
            env.write(env.get(Opportunity, deal.id), owner=crew.staff.users["colleague"])
        assert set(refused.value.problems) == {"owner"}


# -- suspend, resume ---------------------------------------------------------------------------------------------


def test_suspending_stops_the_clock(crew: World, deal: Opportunity) -> None:
    with crew.system("North") as env:
        found = env.get(Opportunity, deal.id)
        env.write(found, stage_entered_at=env.now - timedelta(days=3, hours=1))
    for days in (0, -1):
        with pytest.raises(ValidationFailed):
            do(crew, "owner", deal, "suspend", until=soon(crew.env("owner"), days))
    do(crew, "owner", deal, "suspend", until=soon(crew.env("owner"), 20))
    assert read(crew, deal, "state", "wake_up_on")[0].code == "suspended"
    assert buttons(crew, "owner", deal) & STEPS == {"resume", "lose"}
    with crew.system("North") as env:
        found = env.get(Opportunity, deal.id)
        with env.granting([found], "test"):
            found.suspended_at -= timedelta(days=2)  # two days have passed
    row = crew.new_env("owner").read(Opportunity, deal.id, ["days_in_stage", "days_left"])
    assert row[2:] == (1, None)
    do(crew, "owner", deal, "resume")
    row = crew.new_env("owner").read(Opportunity, deal.id, ["days_in_stage", "days_left", "wake_up_on"])
    assert row[2:] == (1, 6, None)
    assert read(crew, deal, "suspended_at") == [None]


# -- win, lose ---------------------------------------------------------------------------------------------------


def test_winning_ends_it_without_an_order_addon(crew: World, deal: Opportunity) -> None:
    do(crew, "owner", deal, "win", amount=Decimal(48_000))
    env = crew.new_env("owner")
    assert read(crew, deal, "won_amount", "probability", "closed_on") == [Decimal(48_000), 100, soon(env, 0)]
    assert read(crew, deal, "state")[0].code == "won"
    assert stays(env, deal) == [("First contact", True, False, None)]
    assert buttons(crew, "owner", deal) == {"copy_as_new"}
    for person in ("owner", "manager"):
        with acting(crew, person) as env, pytest.raises(StateForbids):
            env.write(env.get(Opportunity, deal.id), amount=1)
    with acting(crew, "owner") as env, pytest.raises(StateForbids):
        env.create(
            Activity, subject="Late", kind=choice(env, "crm_base.activity_kind", "phone"), opportunity=deal.id
        )


def test_a_suspended_one_is_not_won(crew: World, deal: Opportunity) -> None:
    do(crew, "owner", deal, "suspend", until=soon(crew.env("owner"), 20))
    with pytest.raises(StateForbids):
        do(crew, "owner", deal, "win", amount=1)


@pytest.mark.parametrize("suspended", [False, True])
def test_losing_needs_reason_competitor_and_remark_and_cancels_the_tasks(
    crew: World, deal: Opportunity, suspended: bool
) -> None:
    if suspended:
        do(crew, "owner", deal, "suspend", until=soon(crew.env("owner"), 20))
    with acting(crew, "owner") as env:
        found = env.get(Opportunity, deal.id)
        price = choice(env, "crm_leads.lost_reason", "price")
        with pytest.raises(ValidationFailed) as refused:
            env.run(Opportunity.lose, [found])
        assert set(refused.value.problems) == {"reason", "competitor", "remark"}
        found.lose(reason=price, competitor="Rival", remark="10 % cheaper", care_on=soon(env, 180))
    env = crew.new_env("owner")
    assert read(crew, deal, "competitor", "lost_remark", "probability") == ["Rival", "10 % cheaper", 0]
    assert [one.code for one in read(crew, deal, "state", "lost_reason")] == ["lost", "price"]
    assert [one.state.code for one in env.search(Task, SalesTask.opportunity == deal.id)] == ["cancelled"]
    (care,) = env.search(Task, Task.customer == deal.customer_id, Task.state == "assigned")
    assert (care.kind.code, care.due, care.assignee_id) == ("care", soon(env, 180), env.user_id)
    assert stays(env, deal)[-1][1]


def test_a_lost_one_is_reopened_as_a_new_one(crew: World, deal: Opportunity) -> None:
    with acting(crew, "owner") as env:
        found = env.get(Opportunity, deal.id)
        found.advance()
        found.lose(reason=choice(env, "crm_leads.lost_reason", "price"), competitor="Rival", remark="x")
        copy = env.get(Opportunity, deal.id).copy_as_new()
    assert (copy.title, copy.customer_id, copy.state.code) == ("20 servers", deal.customer_id, "open")
    assert stage(crew, copy) == "First contact" and copy.number != deal.number
    assert stage(crew, deal) == "Interview" and copy.competitor is None


# -- stage report, contact watch ---------------------------------------------------------------------------------


def test_the_stage_report_tells_stage_time_spent_time_left_and_probability(
    crew: World, deal: Opportunity
) -> None:
    with crew.system("North") as env:
        env.write(env.get(Opportunity, deal.id), stage_entered_at=env.now - timedelta(days=9, hours=1))
    columns = ["stage", "days_in_stage", "days_left", "probability", "criteria"]
    row = crew.new_env("owner").read(Opportunity, deal.id, columns)
    assert row[3:7] == ("First contact", 9, -2, 10)
    assert row[7]


def test_the_last_contact_follows_from_done_activities(crew: World, deal: Opportunity) -> None:
    with acting(crew, "owner") as env:
        call = choice(env, "crm_base.activity_kind", "phone")
        found = env.get(Opportunity, deal.id)
        found.plan_activity(kind=call, subject="Later", at=env.now + timedelta(days=2))
        assert found.last_contact_at is None
        found.log_activity(kind=call, subject="Now", result="Fine", at=env.now - timedelta(hours=1))
        at = env.now - timedelta(hours=1)
    assert read(crew, deal, "last_contact_at") == [at]
    (made,) = crew.new_env("owner").search(Activity, Activity.subject == "Now")
    assert made.customer_id == deal.customer_id


def test_superiors_of_a_department_without_named_superior_are_its_manager(
    crew: World, deal: Opportunity
) -> None:
    from addons.crm_base.services.superiors import superiors_of

    users = crew.staff.users
    found = superiors_of(crew.env("owner"), [users["owner"], users["outsider"]])
    assert found == {users["owner"]: {users["superior"]}, users["outsider"]: set()}
    with crew.system("North") as env:
        manager = env.first("base.employee", env.condition("base.employee", "code", "eq", "manager"))
        env.write(
            env.first("base.department", env.condition("base.department", "code", "eq", "E")), manager=manager
        )
    assert superiors_of(crew.new_env("owner"), [users["outsider"]]) == {users["outsider"]: {users["manager"]}}


def test_a_second_role_of_director_reaches_the_own_department_only(crew: World, deal: Opportunity) -> None:
    with crew.system("North") as env:
        give(env, crew.staff.users["outsider"], "crm_base.sales_director")
    assert "transfer" not in buttons(crew, "outsider", deal)
