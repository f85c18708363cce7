"""How an opportunity ends, goes to somebody else, or begins again as a new one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from addons.crm_base.models import Task
from addons.crm_base.states import OPEN_TASK_STATES, TASK_ASSIGNED
from addons.crm_leads.hookspecs import opportunity_lost, opportunity_won
from addons.crm_leads.services import stage_fields, stages, tracking
from addons.crm_leads.services.receivers import check_receiver
from core.api import Env, Option, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity

CARE_AFTER: Final = timedelta(days=180)
_COPIED: Final = (
    "title", "customer_id", "process_id", "amount", "expected_close", "intention", "description", "products",
    "importance", "source_id", "promotion_consultant_id", "counsellor_id", "sales_consultant_id",
)  # fmt: skip


def win(env: Env, opportunity: Opportunity, amount: Decimal) -> None:
    """The sale is made; other addons see to order and reference."""
    stage_fields.check_entering(env, opportunity, key_of(opportunity, "stage") or 0)
    stages.end(env, opportunity)
    opportunity.won_amount, opportunity.probability = amount, 100
    opportunity_won(env=env, opportunity=opportunity)


def lose(
    env: Env, opportunity: Opportunity, reason: Any, competitor: str, remark: str, care_on: date | None
) -> None:
    """The sale is lost; open tasks are cancelled, and the customer is asked again some day."""
    tracking.cancel_open_tasks(env, opportunity)
    if care_on is not None:
        _plan_care(env, opportunity, care_on)
    stages.end(env, opportunity)
    opportunity.lost_reason, opportunity.competitor, opportunity.lost_remark = reason, competitor, remark
    opportunity.probability = 0
    opportunity_lost(env=env, opportunity=opportunity)


def proposed_care(env: Any, _opportunity: Any) -> date:
    """When to ask a customer again who has bought elsewhere."""
    return stages.today(env) + CARE_AFTER


def _plan_care(env: Env, opportunity: Opportunity, day: date) -> None:
    owner = key_of(opportunity, "owner") or env.user_id
    env.sudo(_("care after a lost opportunity")).create(
        Task, subject=str(_("Ask again after the lost opportunity: {title}", title=opportunity.title))[:255],
        kind=env.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "care"),
        assignee=owner, owner=owner, due=day, customer=key_of(opportunity, "customer"), state=TASK_ASSIGNED,
    )  # fmt: skip


def transfer(env: Env, opportunity: Opportunity, to: Any, reason: str) -> None:
    """Another salesperson goes on with it and takes over the open tasks; both are told."""
    former = key_of(opportunity, "owner")
    if former == to.id:
        raise ValidationFailed.at("to", _("{name} has this opportunity already.", name=to.name))
    check_receiver(env, to)
    system = env.sudo(_("tasks of a transferred opportunity"))
    mine = system.condition(Task, "opportunity", "eq", str(opportunity.id))
    theirs = (mine, Task.assignee == former, Task.state.in_(OPEN_TASK_STATES))
    while tasks := system.search(Task, *theirs, limit=500):
        system.write(tasks, assignee=to)
    text = _(
        "The opportunity “{title}” went to {name}: {reason}",
        title=opportunity.title,
        name=to.name,
        reason=reason,
    )
    env.notify({to.id, former} - {None, env.user_id}, text, opportunity)
    opportunity.owner = to


def copy_as_new(env: Env, opportunity: Opportunity) -> Any:
    """A new opportunity of the same customer from the first stage on; the old one stays as it ended."""
    values = {name.removesuffix("_id"): getattr(opportunity, name) for name in _COPIED}
    values["expected_close"] = max(opportunity.expected_close, stages.today(env))
    return env.create(type(opportunity), contacts=env.linked(opportunity, "contacts"), **values)
