"""Drafts of quotes, contracts and orders from leads and opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.crm_leads.services.conversion import customer_from_lead
from addons.crm_leads.states import LOST, SUSPENDED
from addons.crm_sales.models import Contract, ContractLine, Order, OrderLine, Quote, QuoteLine
from addons.crm_sales.services.ordering import copied
from addons.crm_sales.states import CANCELLED, QUOTE_ACCEPTED, QUOTE_SENT
from core.api import Env, StateForbids, _, key_of

if TYPE_CHECKING:
    from addons.crm_leads.models import Lead, Opportunity


def order_from_lead(env: Env, lead: Lead) -> Order:
    """An empty draft for the customer of the lead; what was asked for stands in the remarks."""
    made: Order = _from_lead(env, lead, Order)
    return made


def quote_from_lead(env: Env, lead: Lead) -> Quote:
    """The same as a quote."""
    made: Quote = _from_lead(env, lead, Quote, title=lead.title)
    return made


def _from_lead(env: Env, lead: Lead, model: Any, **values: Any) -> Any:
    """It is a step of the lead, so whoever may take it needs no right to make documents."""
    customer = customer_from_lead(env, lead)
    words = [text for text in (lead.products, lead.need) if text]
    return env.sudo(_("document from a lead")).create(
        model, customer=customer, contact=key_of(lead, "contact"), owner=key_of(lead, "owner") or env.user_id,
        remarks="\n".join(words) or None, lead=lead, **values,
    )  # fmt: skip


def quote_from_opportunity(env: Env, opportunity: Opportunity) -> Quote:
    """An empty draft under the title of the opportunity."""
    made: Quote = env.create(Quote, **_head(env, opportunity), title=opportunity.title)
    return made


def order_from_opportunity(env: Env, opportunity: Opportunity) -> Order:
    """A draft of what the customer has accepted, else of what was offered last, else an empty one."""
    _refuse_without_sale(opportunity)
    quote = _best_quote(env, opportunity)
    if quote is None:
        empty: Order = env.create(Order, **_head(env, opportunity))
        return empty
    made: Order = copied(
        env, quote, QuoteLine, Order, OrderLine, quote=quote, opportunity=opportunity, terms=quote.terms
    )
    return made


def contract_from_opportunity(env: Env, opportunity: Opportunity) -> Contract:
    """The same as a contract."""
    _refuse_without_sale(opportunity)
    quote = _best_quote(env, opportunity)
    if quote is None:
        empty: Contract = env.create(Contract, **_head(env, opportunity), title=opportunity.title)
        return empty
    made: Contract = copied(
        env, quote, QuoteLine, Contract, ContractLine, quote=quote, opportunity=opportunity, title=opportunity.title,
        terms=quote.terms, document_text=quote.document_text,
    )  # fmt: skip
    return made


def see_to_the_order(env: Env, opportunity: Opportunity) -> None:
    """A sale that was won has an order or a contract; where it has none, a draft order is made for the salesperson."""
    system = env.sudo(_("order of a won opportunity"))
    mine = system.condition(Order, "opportunity", "eq", str(opportunity.id))
    signed = system.condition(Contract, "opportunity", "eq", str(opportunity.id))
    if system.first(Order, mine, Order.state != CANCELLED) is None and system.first(Contract, signed) is None:
        made = order_from_opportunity(system, opportunity)
        env.notify(
            [key_of(made, "owner")], _("The order {number} waits to be completed.", number=made.number), made
        )


def _head(env: Env, opportunity: Opportunity) -> dict[str, Any]:
    contacts = env.linked(opportunity, "contacts")
    return {
        "customer": key_of(opportunity, "customer"), "contact": contacts[0] if contacts else None,
        "owner": key_of(opportunity, "owner"), "opportunity": opportunity,
    }  # fmt: skip


def _best_quote(env: Env, opportunity: Opportunity) -> Any:
    mine = env.condition(Quote, "opportunity", "eq", str(opportunity.id))
    for state in (QUOTE_ACCEPTED, QUOTE_SENT):
        found = env.first(Quote, mine, Quote.state == state, order="-id")
        if found is not None:
            return found
    return None


def _refuse_without_sale(opportunity: Opportunity) -> None:
    if opportunity.state in (LOST, SUSPENDED):
        text = _("An opportunity in the state “{state}” leads to no order.", state=opportunity.state.label)
        raise StateForbids(text)
