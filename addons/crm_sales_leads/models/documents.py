"""Quotes, contracts and orders name the opportunity or lead they come from."""

from addons.crm_leads.models import Lead, Opportunity
from addons.crm_sales.models import Contract, Order, Quote
from core.api import Mapped, _, many2one


class SoldQuote(Quote, extend=True):
    """A quote for an opportunity, or for what a lead asked for."""

    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None, readonly=True)
    lead: Mapped[Lead | None] = many2one(_("Lead"), default=None, readonly=True)


class SoldContract(Contract, extend=True):
    """A contract that an opportunity led to."""

    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None, readonly=True)


class SoldOrder(Order, extend=True):
    """An order that an opportunity or a lead led to."""

    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None, readonly=True)
    lead: Mapped[Lead | None] = many2one(_("Lead"), default=None, readonly=True)
