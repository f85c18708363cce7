"""Who works on leads beside the sales roles of crm_base."""

from core.api import Role, _

LEAD_DESK = Role("crm_leads.lead_desk", _("Lead desk"))
"""线索分配人: receives, assigns and reclaims the leads of the company."""

CONSULTANT = Role("crm_leads.consultant", _("Promotion consultant or counsellor"))
"""推广顾问、咨询师: enters leads and follows those in which they have a part."""

PRESALES = Role("crm_leads.presales", _("Pre-sales engineer"))
"""售前工程师: works on the opportunities in whose team they are, and on tasks that they are given."""
