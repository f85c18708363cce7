"""What this addon adds to the customer file."""

from typing import TYPE_CHECKING

from addons.crm_base.models import Customer
from core.api import Mapped, _, one2many

if TYPE_CHECKING:
    from addons.crm_leads.models.lead import Lead
    from addons.crm_leads.models.opportunity import Opportunity


class SalesCustomer(Customer, extend=True):
    """A customer shows its opportunities and the leads it came from."""

    opportunities: Mapped[list["Opportunity"]] = one2many(_("Opportunities"), back="customer")
    leads: Mapped[list["Lead"]] = one2many(_("Leads"), back="customer")
