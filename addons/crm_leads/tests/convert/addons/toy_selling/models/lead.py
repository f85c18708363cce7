"""A lead can end as an order."""

from typing import TYPE_CHECKING

from addons.crm_leads.models import Lead
from addons.crm_leads.models.lead import TRACK, owner_or_superior
from addons.crm_leads.states import CONVERTED, TRACKED_STATES
from core.api import _, current_env, transition

if TYPE_CHECKING:
    from toy_selling.models.order import Order


class OrderLead(Lead, extend=True):
    """P1: the owner converts; customer and draft order are made, the lead is read-only."""

    @transition(*TRACKED_STATES, to=CONVERTED, label=_("Convert to order"), right=TRACK, by=owner_or_superior)
    def convert(self) -> "Order":
        from toy_selling.models.order import Order

        customer = self.save_as_customer()
        return current_env().create(Order, title=self.title, customer=customer)
