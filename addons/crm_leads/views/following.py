"""Activities and tasks show what they were done for."""

from addons.crm_base.models import Activity, Task
from addons.crm_base.views import ActivityForm, ActivityList, TaskForm, TaskList
from addons.crm_leads.models import SalesActivity, SalesTask
from core.api import after


class SalesActivityForm(ActivityForm, extend=True):
    changes = [after(Activity.contact, SalesActivity.lead, SalesActivity.opportunity)]


class SalesActivityList(ActivityList, extend=True):
    filters = [SalesActivity.lead, SalesActivity.opportunity]


class SalesTaskForm(TaskForm, extend=True):
    changes = [after(Task.customer, SalesTask.lead, SalesTask.opportunity)]


class SalesTaskList(TaskList, extend=True):
    filters = [SalesTask.lead, SalesTask.opportunity]
