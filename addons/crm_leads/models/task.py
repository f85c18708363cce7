"""Tasks track leads and opportunities."""

from addons.crm_base.models import Task
from addons.crm_leads.models.lead import Lead
from addons.crm_leads.models.opportunity import Opportunity
from addons.crm_leads.models.stage import StageTask
from core.api import Mapped, _, many2one


class SalesTask(Task, extend=True):
    """A tracking task belongs to the lead or opportunity it tracks."""

    lead: Mapped[Lead | None] = many2one(_("Lead"), default=None)
    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None)
    stage_task: Mapped[StageTask | None] = many2one(
        _("Task of the stage"), default=None, on_delete="clear", readonly=True
    )
