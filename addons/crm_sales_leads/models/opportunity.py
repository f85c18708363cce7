"""An opportunity leads to quotes, contracts and orders (OPP-15, P2)."""

from typing import Any

from addons.crm_leads.models import Opportunity
from addons.crm_leads.models.opportunity import owner_or_superior
from addons.crm_leads.states import OPEN
from addons.crm_sales.models import Contract, Order, Quote
from addons.crm_sales.models.quote import enters_contracts, enters_orders
from addons.crm_sales_leads.services import converting
from core.api import Mapped, Where, _, action, and_, current_env, one2many, transition


def sells_by_order(env: Any) -> Where:
    """The owner, the owner's direct superior, and the general manager, if they may enter orders."""
    return and_(owner_or_superior(env), enters_orders(env))


def sells_by_contract(env: Any) -> Where:
    """The owner, the owner's direct superior, and the general manager, if they may enter contracts."""
    return and_(owner_or_superior(env), enters_contracts(env))


class SoldOpportunity(Opportunity, extend=True):
    """Documents are made from an open opportunity, and orders and contracts from a won one as well."""

    quotes: Mapped[list[Quote]] = one2many(_("Quotes"), back="opportunity")
    contracts: Mapped[list[Contract]] = one2many(_("Contracts"), back="opportunity")
    orders: Mapped[list[Order]] = one2many(_("Sales orders"), back="opportunity")

    @transition(OPEN, to=None, label=_("Make a quote"), by=owner_or_superior, icon="file-invoice")
    def make_quote(self) -> Quote:
        """A draft quote for the customer of the opportunity."""
        return converting.quote_from_opportunity(current_env(), self)

    @action(label=_("Make an order"), by=sells_by_order, icon="shopping-cart", even_final=True)
    def make_order(self) -> Order:
        """A draft order for the customer, with what the accepted or last sent quote says."""
        return converting.order_from_opportunity(current_env(), self)

    @action(label=_("Make a contract"), by=sells_by_contract, icon="writing-sign", even_final=True)
    def make_contract(self) -> Contract:
        """A draft contract with the customer, with what the accepted or last sent quote says."""
        return converting.contract_from_opportunity(current_env(), self)
