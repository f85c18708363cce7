"""What waits for a person, on the page after signing in."""

from addons.crm_base.models import Activity, Task
from addons.crm_base.views.activity import ActivityList
from addons.crm_base.views.customer import CustomerList
from addons.crm_base.views.task import TaskList
from core.api import _, card, figure

MY_TASKS = card(
    "crm_base.my_tasks", _("My tasks"), view=TaskList, preset="mine", columns=[Task.customer, Task.due], order="due",
    late=True, sequence=10, empty=_("No task is waiting for you."),
)  # fmt: skip
TODAY = card(
    "crm_base.today", _("My activities today"), view=ActivityList, preset="today",
    columns=[Activity.customer, Activity.at],
    order="at", sequence=20, empty=_("Nothing is planned for today."),
)  # fmt: skip
OVERDUE = figure("crm_base.overdue", _("My overdue tasks"), view=TaskList, preset="late", sequence=10)
TO_CONFIRM = figure(
    "crm_base.to_confirm", _("To be confirmed by me"), view=TaskList, preset="to_confirm", sequence=20
)
NEGLECTED = figure(
    "crm_base.neglected", _("Without contact for 90 days"), view=CustomerList, preset="neglected", sequence=30
)
