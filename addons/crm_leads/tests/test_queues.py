"""The work queues of LEAD-20, the lists of opportunities, and the ranking of OPP-21."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from addons.crm_base.models import Customer
from addons.crm_leads.models import Lead, Opportunity
from addons.crm_leads.tests.conftest import soon
from addons.crm_leads.views import LeadList, OpportunityList, OpportunityPipeline
from core.testing.team import acting, choice
from core.testing.world import World


def rows(world: World, person: str, view: Any, preset: str) -> list[str]:
    """The titles of the rows that a preset of a list shows."""
    model = view.__keyuan_model__
    with acting(world, person) as env:
        where = next(one.where for one in view.presets if one.key == preset)
        conditions = [where(env)] if where is not None else []
        page = env.page(model, ["title"], *conditions, order=view.order)
        return [row[2] for row in page.rows]


def test_each_work_queue_holds_its_leads(crew: World) -> None:
    users = crew.staff.users
    with acting(crew, "desk") as desk:
        for title, days in (("today", 0), ("late", -2), ("later", 5), ("back", 1), ("gone", 1), ("up", 1)):
            one = desk.create(Lead, title=title, person="Ann", phone="13800138000")
            one.assign(to=users["owner"], due=soon(desk, days))
        desk.create(Lead, title="new")
    with acting(crew, "owner") as env:
        found = {one.title: one for one in env.search(Lead)}
        found["back"].give_back(reason="No")
        found["gone"].close(reason=choice(env, "crm_leads.close_reason", "invalid"))
        found["up"].upgrade(intention="x", expected_close=soon(env))
    assert rows(crew, "owner", LeadList, "mine") == ["later", "late", "today"]
    assert rows(crew, "desk", LeadList, "new") == ["new"]
    assert (
        rows(crew, "desk", LeadList, "returned") == ["back"]
        and rows(crew, "manager", LeadList, "returned") == []
    )
    assert rows(crew, "owner", LeadList, "today") == ["today"] == rows(crew, "superior", LeadList, "today")
    assert rows(crew, "owner", LeadList, "overdue") == ["late"]
    assert (
        rows(crew, "owner", LeadList, "due") == ["late", "today"]
        and rows(crew, "superior", LeadList, "due") == []
    )
    assert rows(crew, "owner", LeadList, "converted") == ["up"]
    assert rows(crew, "owner", LeadList, "closed") == ["gone"]
    assert rows(crew, "desk", LeadList, "open") == ["new", "back", "later", "late", "today"]
    assert len(rows(crew, "desk", LeadList, "all")) == 7


def make_deals(world: World) -> None:
    with acting(world, "owner") as env:
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        for title, amount, days, steps in (
            ("a", 100, 3, 0),
            ("b", 200, 400, 3),
            ("c", 300, -5, 2),
            ("d", 400, 60, 1),
        ):
            made = env.create(
                Opportunity,
                title=title,
                amount=amount,
                customer=acme,
                intention="x",
                expected_close=soon(env, days),
            )
            for _step in range(steps):
                made.advance()
    with acting(world, "superior") as env:
        made = env.create(
            Opportunity, title="e", amount=500, customer=acme.id, intention="x", expected_close=soon(env, 60)
        )
        made.suspend(until=soon(env, 9))


def test_the_pipeline_ranks_by_success_rate_and_gives_the_expected_sales(crew: World) -> None:
    make_deals(crew)
    assert rows(crew, "owner", OpportunityPipeline, "open") == ["b", "c", "d", "a"]
    with acting(crew, "owner") as env:
        groups = env.group(Opportunity, ["stage"], [("sum", "amount"), ("sum", "expected_value")])
        assert {row.labels[0]: row.values for row in groups} == {
            "Proposal": (Decimal(200), Decimal(120)), "Decision maker met": (Decimal(300), Decimal(120)),
            "Interview": (Decimal(400), Decimal(80)), "First contact": (Decimal(100), Decimal(10)),
        }  # fmt: skip


def test_the_lists_of_opportunities(crew: World) -> None:
    make_deals(crew)
    assert rows(crew, "owner", OpportunityList, "mine") == ["d", "c", "b", "a"]
    assert rows(crew, "superior", OpportunityList, "mine") == []
    assert rows(crew, "superior", OpportunityList, "team") == ["d", "c", "b", "a"]
    assert rows(crew, "superior", OpportunityList, "suspended") == ["e"]
    assert (
        rows(crew, "owner", OpportunityList, "overdue")
        == ["c"]
        == rows(crew, "owner", OpportunityList, "abnormal")
    )
    assert rows(crew, "owner", OpportunityList, "soon") == ["c", "a"]
    with acting(crew, "owner") as env:
        found = {one.title: one for one in env.search(Opportunity)}
        found["a"].win(amount=Decimal(90))
        found["b"].lose(reason=choice(env, "crm_leads.lost_reason", "price"), competitor="x", remark="y")
        found["d"].step_back(reason="z")
    assert rows(crew, "owner", OpportunityList, "won") == ["a"] and rows(
        crew, "owner", OpportunityList, "lost"
    ) == ["b"]
    assert rows(crew, "owner", OpportunityList, "abnormal") == ["d", "c"]


def test_what_takes_longer_than_the_standard_is_abnormal_and_what_is_silent_neglected(
    crew: World, deal: Any
) -> None:
    assert (
        rows(crew, "owner", OpportunityList, "abnormal")
        == rows(crew, "owner", OpportunityList, "neglected")
        == []
    )
    with crew.system("North") as env:
        found = env.get(Opportunity, deal.id)
        env.write(
            found,
            stage_entered_at=env.now - timedelta(days=8, hours=1),
            last_contact_at=env.now - timedelta(days=10),
        )
    assert rows(crew, "owner", OpportunityList, "abnormal") == ["20 servers"]
    assert rows(crew, "owner", OpportunityList, "neglected") == []
    with acting(crew, "owner") as env:
        env.write(env.get(Opportunity, deal.id), importance="a")
    assert rows(crew, "owner", OpportunityList, "neglected") == ["20 servers"]
