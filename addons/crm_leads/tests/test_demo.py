"""The demonstration: leads and opportunities in all states, the same each time, spread over the last months."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from addons.crm_base.models import Activity, Customer, Task
from addons.crm_leads.demo import CHINESE, ENGLISH, sales_process_at_work
from addons.crm_leads.demo.story import Story
from addons.crm_leads.models import Lead, Opportunity, SalesActivity, SalesTask, StageStay
from core.api import Env
from core.testing.world import World, use_env


def people(env: Env, story: Story) -> None:
    """The accounts that the demonstration of crm_base would have made, and some customers of theirs."""
    for login in (story.desk, *story.sellers):
        user: Any = env.create("base.user", name=login, login=login, is_demo=True, language="en")
        env.create("base.employee", name=login, code=login, user=user)
        for number in range(3):
            name = f"{login} {number}"
            env.create(Customer, name=name, short_name=name, phone="021-1234567", owner=user)


@pytest.fixture(params=[("North", CHINESE), ("South", ENGLISH)], ids=["zh", "en"])
def made(request: pytest.FixtureRequest, world: World) -> Any:
    company, story = request.param
    with world.system(company) as env, use_env(env):
        people(env, story)
        sales_process_at_work(env)
        env.flush()
        yield env, story


def test_all_states_and_stages_are_there_and_nothing_lies_in_the_future(made: Any) -> None:
    env, story = made
    leads, deals = env.search(Lead, limit=500), env.search(Opportunity, limit=500)
    assert (len(leads), len(deals)) == (story.leads, story.deals)
    assert {one.state.code for one in leads} == {
        "new", "assigned", "in_progress", "returned", "upgraded", "closed",
    }  # fmt: skip
    states = Counter(one.state.code for one in deals)
    assert set(states) == {"open", "suspended", "won", "lost"} and states["open"] > len(deals) / 2
    assert len({one.stage_id for one in deals}) == 6
    assert min(one.created_at for one in leads) < env.now - timedelta(days=90)
    assert max(one.created_at for one in leads) > env.now - timedelta(days=7)
    assert all(one.created_at <= env.now for one in (*leads, *deals))
    done = env.search(Activity, Activity.state == "done", limit=1000)
    assert done and all(one.at <= env.now for one in done)


def test_what_a_record_says_agrees_with_its_state(made: Any) -> None:
    env, _story = made
    for lead in env.search(Lead, limit=500):
        code = lead.state.code
        assert (lead.owner_id is None) == (code in ("new", "returned"))
        assert (lead.opportunity_id is not None) == (code == "upgraded")
        assert (lead.close_reason_id is not None) == (code == "closed")
        assert (lead.first_response_at is not None) == (code in ("in_progress", "upgraded", "closed"))
    for deal in env.search(Opportunity, limit=500):
        code = deal.state.code
        assert (deal.ended_at is not None) == (code in ("won", "lost"))
        assert deal.probability == {"won": 100, "lost": 0}.get(code, deal.stage.probability)
        stays = env.search(StageStay, StageStay.opportunity == deal.id, order="entered_at")
        assert [one.stage_id for one in stays][-1] == deal.stage_id
        ends = [one.left_at for one in stays[:-1]]
        assert ends == [one.entered_at for one in stays[1:]]
        assert (stays[-1].left_at is None) == (code in ("open", "suspended"))


def test_there_is_work_and_history_moved_along(made: Any) -> None:
    env, _story = made
    upgraded = env.search(Lead, Lead.state == "upgraded", limit=500)
    calls = env.search(Activity, SalesActivity.lead.in_([one.id for one in upgraded]), limit=500)
    assert calls and all(one.opportunity_id is not None and one.customer_id is not None for one in calls)
    open_tasks = env.search(Task, Task.state == "assigned", SalesTask.lead.is_not(None), limit=500)
    assert open_tasks and env.count(Activity, Activity.state == "planned").value > 3
    due = [one.follow_up_on for one in env.search(Lead, Lead.state == "assigned", limit=500)]
    assert all(due)


def test_other_companies_are_left_alone(world: World) -> None:
    with world.system("North") as env, use_env(env):
        sales_process_at_work(env)
        assert env.count(Lead).value == env.count(Opportunity).value == 0
