"""The tracking task of a lead: made when it is assigned, cancelled when nobody tracks it any more."""

from typing import TYPE_CHECKING, Any

from core.api import Env, Option, _, key_of

from addons.crm_base.models import Task
from addons.crm_base.states import OPEN_TASK_STATES, TASK_ASSIGNED

if TYPE_CHECKING:
    from addons.crm_leads.models.lead import Lead


def begin(env: Env, lead: "Lead", to: Any) -> None:
    """Give the receiver a task for the lead and tell them."""
    kind = env.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "tracking")
    env.sudo(_("tracking task of an assigned lead")).create_many(
        Task,
        [{
            "subject": str(_("Track the lead: {title}", title=lead.title))[:255], "kind": kind, "assignee": to,
            "owner": env.user_id, "due": lead.follow_up_on, "lead": lead, "customer": key_of(lead, "customer"),
            "state": TASK_ASSIGNED,
        }],
    )  # fmt: skip
    env.notify([to], _("The lead “{title}” was given to you.", title=lead.title), lead)


def end(env: Env, record: Any) -> None:
    """Cancel the open tasks of a lead or opportunity."""
    relation = record.__model_info__.name
    system = env.sudo(_("tasks of a record that is no longer tracked"))
    states = [state.code for state in OPEN_TASK_STATES]
    tasks = system.search(Task, getattr(Task, relation) == record.id, Task.state.in_(states), limit=500)
    system.run(Task.cancel, tasks)
