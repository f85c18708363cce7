"""What leads, opportunities and documents know of each other."""

from addons.crm_sales_leads.models.documents import SoldContract, SoldOrder, SoldQuote
from addons.crm_sales_leads.models.lead import SoldLead
from addons.crm_sales_leads.models.opportunity import SoldOpportunity

__all__ = ["SoldContract", "SoldLead", "SoldOpportunity", "SoldOrder", "SoldQuote"]
