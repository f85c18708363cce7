"""What follows from a won opportunity, and what documents of an opportunity hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.crm_leads.hookspecs import opportunity_won
from addons.crm_sales.models import Contract, Order, Quote
from addons.crm_sales_leads.services import converting, handing_on
from core.api import Env, before_create, implements

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity


@implements(opportunity_won)
def make_the_order(env: Env, opportunity: Opportunity) -> None:
    """P2: an order or contract exists, or is created."""
    converting.see_to_the_order(env, opportunity)


@implements(before_create, model=Quote)
@implements(before_create, model=Contract)
@implements(before_create, model=Order)
def keep_the_opportunity(env: Env, rows: list[dict[str, Any]]) -> None:
    """What is made from a document belongs to its opportunity."""
    handing_on.fill_opportunities(env, rows)
