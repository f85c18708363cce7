"""What waits for a person, on the page after signing in."""

from addons.crm_leads.models import Lead, Opportunity
from addons.crm_leads.views.lead import LeadList
from addons.crm_leads.views.opportunity import OpportunityList
from core.api import _, card, figure

LEADS_DUE = card(
    "crm_leads.due", _("My leads due"), view=LeadList, preset="due", columns=[Lead.company_name, Lead.follow_up_on],
    order="follow_up_on", late=True, sequence=30, empty=_("No lead is due."),
)  # fmt: skip
NEW_LEADS = card(
    "crm_leads.new", _("New, unassigned leads"), view=LeadList, preset="new", columns=[Lead.channel, Lead.created_at],
    order="id", sequence=40, empty=_("No lead waits for somebody."),
)  # fmt: skip
CLOSING = card(
    "crm_leads.closing", _("My opportunities closing soon"), view=OpportunityList, preset="soon",
    columns=[Opportunity.amount, Opportunity.expected_close], order="expected_close", late=True, sequence=50,
    empty=_("Nothing is to be decided in the next two weeks."),
)  # fmt: skip
RETURNED = figure(
    "crm_leads.returned", _("Leads returned to me"), view=LeadList, preset="returned", sequence=40
)
OPEN_DEALS = figure(
    "crm_leads.mine", _("My open opportunities"), view=OpportunityList, preset="mine", sequence=50
)
ABNORMAL = figure(
    "crm_leads.abnormal", _("Abnormal opportunities"), view=OpportunityList, preset="abnormal", sequence=60
)
