"""The timers of P2: superiors learn of slow stages, owners of days that came or passed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addons.crm_leads.jobs import look_at_opportunities
from addons.crm_leads.models import Opportunity
from addons.crm_leads.tests.conftest import soon
from core.testing.team import acting, notices
from core.testing.world import World, use_env


def look(world: World) -> dict[str, Any]:
    with world.system("North") as env, use_env(env):
        return look_at_opportunities.function(env, None) or {}


def age(world: World, deal: Opportunity, **values: Any) -> None:
    with world.system("North") as env:
        env.write(env.get(Opportunity, deal.id), **values)


def test_a_slow_stage_is_told_to_the_superior_once(crew: World, deal: Opportunity) -> None:
    assert look(crew) == {"slow": 0, "reminded": 0}
    now = crew.env("owner").now
    age(crew, deal, stage_entered_at=now - timedelta(days=9), last_contact_at=now)
    assert look(crew) == {"slow": 1, "reminded": 0} and look(crew) == {"slow": 0, "reminded": 0}
    assert notices(crew, "superior") == ["“20 servers” is longer in its stage than the standard says."]
    assert notices(crew, "owner") == []


def test_an_overdue_day_is_told_to_the_owner_once_a_week(crew: World, deal: Opportunity) -> None:
    age(crew, deal, expected_close=soon(crew.env("owner"), -1), last_contact_at=crew.env("owner").now)
    assert look(crew)["reminded"] == 1 and look(crew)["reminded"] == 0
    age(crew, deal, reminded_on=soon(crew.env("owner"), -7))
    assert look(crew)["reminded"] == 1
    assert notices(crew, "owner") == ["The expected closing date of “20 servers” has passed."] * 2


def test_a_suspended_one_is_woken_up_on_its_day(crew: World, deal: Opportunity) -> None:
    with acting(crew, "owner") as env:
        env.get(Opportunity, deal.id).suspend(until=soon(env, 5))
    assert look(crew)["reminded"] == 0
    age(crew, deal, wake_up_on=soon(crew.env("owner"), 0))
    assert look(crew)["reminded"] == 1
    assert notices(crew, "owner") == ["The suspended opportunity “20 servers” is to be woken up."]


def test_a_neglected_one_is_told_to_the_owner_then_proposed_for_transfer(
    crew: World, deal: Opportunity
) -> None:
    env = crew.env("owner")
    age(crew, deal, last_contact_at=env.now - timedelta(days=31))
    assert look(crew)["reminded"] == 1
    assert notices(crew, "owner") == ["Nobody has been in touch about “20 servers” for long."]
    assert notices(crew, "superior") == []
    age(crew, deal, reminded_on=soon(env, -7))
    look(crew)
    assert notices(crew, "superior") == [
        "“20 servers” is still neglected: perhaps somebody else should go on with it."
    ]


def test_many_are_told_as_a_number(crew: World, deal: Opportunity) -> None:
    with acting(crew, "owner") as env:
        for _turn in range(2):
            env.get(Opportunity, deal.id).copy_as_new()
        ids = [one.id for one in env.search(Opportunity)]
    with crew.system("North") as system:
        system.write_many(Opportunity, ids, last_contact_at=system.now - timedelta(days=60))
    assert look(crew)["reminded"] == 3
    assert notices(crew, "owner") == ["Nobody has been in touch about 3 opportunities for long."]
