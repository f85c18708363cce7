"""A lead can end as an order or a quote (LEAD-14, P1)."""

from addons.crm_leads.models import Lead
from addons.crm_leads.models.lead import TRACK, owner_or_superior
from addons.crm_leads.states import CONVERTED, TRACKED_STATES
from addons.crm_sales.models import Order, Quote
from addons.crm_sales_leads.services import converting
from core.api import Mapped, _, current_env, one2many, transition


class SoldLead(Lead, extend=True):
    """P1: the owner converts; customer and draft are made, the lead is read-only."""

    orders: Mapped[list[Order]] = one2many(_("Sales orders"), back="lead")
    quotes: Mapped[list[Quote]] = one2many(_("Quotes"), back="lead")

    @transition(
        *TRACKED_STATES, to=CONVERTED, label=_("Convert to order"), right=TRACK, by=owner_or_superior,
        icon="shopping-cart",
    )  # fmt: skip
    def convert(self) -> Order:
        """A draft order for the customer of the lead, who is created if missing; nothing else is done with the lead."""
        return converting.order_from_lead(current_env(), self)

    @transition(
        *TRACKED_STATES, to=CONVERTED, label=_("Convert to quote"), right=TRACK, by=owner_or_superior,
        icon="file-invoice",
    )  # fmt: skip
    def convert_to_quote(self) -> Quote:
        """A draft quote for the customer of the lead, who is created if missing; nothing else is done with the lead."""
        return converting.quote_from_lead(current_env(), self)
