"""Expenses are counted where they were made (FIN-15)."""

from __future__ import annotations

from decimal import Decimal as D

from addons.crm_base.models import Customer
from addons.crm_finance_leads.models import CostlyLead, CostlyOpportunity, SalesExpense
from addons.crm_leads.models import Lead, Opportunity
from core.api import Option
from core.testing.world import World


def test_what_was_spent_stands_at_the_opportunity_and_its_customer(world: World) -> None:
    with world.acting("owner") as env:
        kind = env.first(Option, Option.list_code == "crm_finance.expense_kind")
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        deal = env.create(
            Opportunity,
            title="20 servers",
            customer=acme,
            amount=50_000,
            expected_close=env.today,
            intention="Quote",
        )
        made = [
            env.create(SalesExpense, title="Train", kind=kind, amount=D(n), opportunity=deal)
            for n in ("99.50", "0.50")
        ]
        assert {one.customer_id for one in made} == {acme.id}
        assert env.get(CostlyOpportunity, deal.id).expense_total == 100
        env.delete(made[1])
        assert env.get(CostlyOpportunity, deal.id).expense_total == D("99.50")


def test_a_lead_without_customer_has_expenses_too(world: World) -> None:
    with world.acting("owner") as env:
        kind = env.first(Option, Option.list_code == "crm_finance.expense_kind")
        lead = env.create(Lead, title="Needs servers", company_name="Beta", phone="021-7654321")
        made = env.create(SalesExpense, title="Taxi", kind=kind, amount=D(20), lead=lead)
        assert made.customer_id is None and env.get(CostlyLead, lead.id).expense_total == 20
