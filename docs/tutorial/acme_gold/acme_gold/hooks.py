"""What this addon does when an opportunity was won."""

from addons.crm_base.models import Task
from addons.crm_leads.hookspecs import opportunity_won
from addons.crm_leads.models import Opportunity
from core.api import Env, _, implements


@implements(opportunity_won)
def plan_to_say_thank_you(env: Env, opportunity: Opportunity) -> None:
    """Whoever wins gets a task, so that the customer hears from us once more."""
    subject = _("Thank {customer} for the order", customer=opportunity.customer.name)
    env.create(Task, subject=str(subject), customer=opportunity.customer, assignee=env.user_id)
