"""What this addon adds to the page of a customer."""

from addons.crm_base.views import CustomerForm
from addons.crm_leads.models import Lead, Opportunity, SalesCustomer
from core.api import _, after, page, related


class SalesCustomerForm(CustomerForm, extend=True):
    changes = [
        after(
            "Contacts",
            page(
                _("Opportunities"),
                related(
                    SalesCustomer.opportunities, order="-id",
                    columns=[
                        Opportunity.number, Opportunity.title, Opportunity.stage, Opportunity.amount,
                        Opportunity.expected_close, Opportunity.state,
                    ],
                ),
            ),
            page(
                _("Leads"),
                related(
                    SalesCustomer.leads, order="-id", add=False,
                    columns=[Lead.number, Lead.title, Lead.channel, Lead.owner, Lead.state],
                ),
            ),
        ),
    ]  # fmt: skip
