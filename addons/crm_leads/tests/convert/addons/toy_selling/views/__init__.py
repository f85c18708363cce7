"""The button on the page of a lead."""

from addons.crm_leads.views import LeadForm
from core.api import button, inside
from toy_selling.models import OrderLead


class OrderLeadForm(LeadForm, extend=True):
    changes = [inside("header", button(OrderLead.convert))]
