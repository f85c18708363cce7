"""Handing leads out and taking them back, with the tracking task and the notices that go with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from addons.crm_base.models import Task
from addons.crm_base.states import OPEN_TASK_STATES, TASK_ASSIGNED
from addons.crm_leads.hookspecs import lead_assigned
from addons.crm_leads.services.receivers import check_receiver
from core.api import Env, Option, _, key_of, or_

if TYPE_CHECKING:
    from addons.crm_leads.models.lead import Lead

TRACKING = "tracking"


def hand_over(env: Env, lead: Lead, to: Any, due: date | None) -> None:
    """`to` has the lead from now on: told, with a task; the clock of the first response starts."""
    check_receiver(env, to)
    env.sudo(_("tracking task of an assigned lead")).create(
        Task, subject=_("Track the lead: {title}", title=lead.title).translate(to.language)[:255],
        kind=_kind(env), assignee=to, owner=env.user_id or to, due=due or lead.follow_up_on, lead=lead,
        customer=key_of(lead, "customer"), state=TASK_ASSIGNED,
    )  # fmt: skip
    if to.id != env.user_id:
        env.notify([to], _("The lead “{title}” was given to you.", title=lead.title), lead)
    consultant, assigner = lead.sales_consultant or to, env.user if env.user_id else None
    lead.owner, lead.assigner, lead.sales_consultant = to, assigner, consultant
    lead.assigned_at, lead.first_response_at, lead.return_reason = env.now, None, None
    lead.follow_up_on = due or lead.follow_up_on
    lead_assigned(env=env, lead=lead)


def take_back(env: Env, lead: Lead) -> None:
    """Nobody has the lead any more; who had it is told."""
    former = key_of(lead, "owner")
    _cancel_tracking(env, lead)
    if former not in (None, env.user_id):
        env.notify([former], _("The lead “{title}” was taken back.", title=lead.title), lead)
    _release(lead)


def give_back(env: Env, lead: Lead, reason: str) -> None:
    """The lead waits for its assigner again, who is told why."""
    _cancel_tracking(env, lead)
    assigner = key_of(lead, "assigner")
    if assigner not in (None, env.user_id):
        text = _("The lead “{title}” came back: {reason}", title=lead.title, reason=reason)
        env.notify([assigner], text, lead)
    _release(lead)
    lead.return_reason = reason


def _cancel_tracking(env: Env, lead: Lead) -> None:
    """What the owner was to do for the lead is cancelled, tracking above all; others' tasks stay."""
    owner, tracks = key_of(lead, "owner"), Task.kind == _kind(env)
    cancel_open_tasks(env, lead, or_(tracks, Task.assignee == owner) if owner is not None else tracks)


def _release(lead: Lead) -> None:
    if key_of(lead, "sales_consultant") == key_of(lead, "owner"):
        lead.sales_consultant = None
    lead.owner = None


def cancel_open_tasks(env: Env, record: Any, *where: Any) -> None:
    """Cancel the open tasks of a lead or opportunity, all of them or those that match."""
    relation = record.__model_info__.name
    system = env.sudo(_("tasks of a record that is no longer tracked"))
    mine = system.condition(Task, relation, "eq", str(record.id))
    while tasks := system.search(Task, mine, Task.state.in_(OPEN_TASK_STATES), *where, limit=500):
        system.run(Task.cancel, tasks)


def _kind(env: Env) -> Any:
    return env.first(Option, Option.list_code == "crm_base.task_kind", Option.code == TRACKING)
