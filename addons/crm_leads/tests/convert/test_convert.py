"""LEAD-14 and P1: a lead becomes an order only where an order addon is on, company by company in one process."""

from __future__ import annotations

from typing import Any

import pytest

from addons.crm_leads.models import Lead
from addons.crm_leads.tests.conftest import sees
from core.api import NotFound, StateForbids
from core.testing.team import acting, buttons
from core.testing.world import World, use_env


def off_in(world: World, company: str) -> None:
    """Switch the order addon off in one company."""
    with world.system(company) as env:
        switch: Any = env.info("base.company_addon").cls
        found = env.first(switch, switch.company_id == env.company_id, switch.addon == "toy_selling")
        env.write(found, enabled=False)


def my_lead(world: World, person: str) -> Lead:
    with acting(world, person) as env:
        made = env.create(Lead, title="Wants ten", phone="021-1234567", person="Ann")
        made.take()
    return made


def test_the_owner_converts_and_the_lead_is_read_only(crew: World) -> None:
    lead = my_lead(crew, "owner")
    assert "convert" in buttons(crew, "owner", lead) and "convert" in buttons(crew, "superior", lead)
    assert "convert" not in buttons(crew, "desk", lead)
    with acting(crew, "owner") as env:
        found = env.get(Lead, lead.id)
        order = found.convert()
        assert (order.title, order.customer_id) == ("Wants ten", found.customer_id)
        assert found.state.code == "converted"
        with pytest.raises(StateForbids):
            env.write(found, title="Late")
    assert buttons(crew, "owner", lead) == {"copy_as_new"}


def test_it_is_offered_in_the_company_that_has_orders_and_not_in_the_other(crew: World) -> None:
    off_in(crew, "South")
    here, there = my_lead(crew, "owner"), my_lead(crew, "other")
    assert "convert" in buttons(crew, "owner", here) and "convert" not in buttons(crew, "other", there)
    env = crew.new_env("other")
    with use_env(env), pytest.raises(NotFound):
        env.get(Lead, there.id).convert()  # type: ignore[attr-defined]
    assert not sees(crew, "other", here) and not sees(crew, "owner", there)


def test_nothing_else_changes_for_the_company_without_orders(crew: World) -> None:
    off_in(crew, "South")
    lead = my_lead(crew, "other")
    assert buttons(crew, "other", lead) == {
        "give_back", "save_as_customer", "upgrade", "close", "reclaim", "log_activity", "plan_activity", "copy_as_new",
    }  # fmt: skip
    with crew.system("North") as env:
        assert "converted" in env.info(Lead).states


def test_the_queue_of_converted_leads_holds_both_kinds(crew: World) -> None:
    from addons.crm_leads.views.lead import converted

    lead = my_lead(crew, "owner")
    with acting(crew, "owner") as env:
        env.get(Lead, lead.id).convert()
        assert [one.id for one in env.search(Lead, converted(env))] == [lead.id]
