"""Activities belong to leads and opportunities, too."""

from addons.crm_base.models import Activity
from addons.crm_leads.models.lead import Lead
from addons.crm_leads.models.opportunity import Opportunity
from core.api import Mapped, _, many2one


class SalesActivity(Activity, extend=True):
    """A call or visit on a lead moves along when the lead becomes an opportunity."""

    lead: Mapped[Lead | None] = many2one(_("Lead"), default=None)
    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None)
