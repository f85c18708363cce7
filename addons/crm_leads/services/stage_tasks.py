"""The tasks of a stage: made when an opportunity enters it, asked for when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from addons.crm_base.models import Task
from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_base.states import TASK_ASSIGNED, TASK_CANCELLED, TASK_CONFIRMED, TASK_DONE, TASK_NEW
from core.api import Env, Option, StateForbids, User, ValidationFailed, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity


def make(env: Env, opportunities: Sequence[Any], stage: Any = None) -> None:
    """Tasks for the owners, of the present stages or of the `stage` that is entered.

    Those that an earlier visit of the stage made are left.
    """
    from addons.crm_leads.models.stage import StageTask

    system = env.sudo(_("tasks of a stage"))
    entered = {one.id: stage.id if stage is not None else key_of(one, "stage") for one in opportunities}
    stages = set(entered.values())
    wanted: list[Any] = system.search(StageTask, StageTask.stage.in_(stages), order="sequence", limit=5000)
    if not wanted:
        return
    known = _tasks_of(system, opportunities, Task.state != TASK_CANCELLED)
    kind = system.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "sales")
    languages = _languages(system, opportunities)
    day = env.today
    rows = [
        {"subject": _text(languages.get(key_of(opportunity, "owner"), env.language), one.name), "kind": kind,
         "assignee": key_of(opportunity, "owner"), "owner": key_of(opportunity, "owner"),
         "due": day + timedelta(days=one.days),
         "state": TASK_NEW if key_of(opportunity, "owner") is None else TASK_ASSIGNED,
         "opportunity": opportunity, "customer": key_of(opportunity, "customer"), "stage_task": one}
        for opportunity in opportunities for one in wanted
        if key_of(one, "stage") == entered[opportunity.id] and (opportunity.id, one.id) not in known
    ]  # fmt: skip
    system.create_many(Task, rows)


def check_leaving(env: Env, opportunity: Opportunity, left: Sequence[Any], reason: str | None) -> None:
    """Required tasks of the stages that are left, or jumped over, are done; a superior may go on with a reason."""
    missing = _undone(env, opportunity, left)
    if not missing:
        return
    names = [_text(env.language, one.name) for one in missing]
    if not may_go_on(env, opportunity):
        text = _("Not done yet: {tasks}. Only the superior can go on without, with a reason.", tasks=names)
        raise StateForbids(text)
    if not reason:
        text = _("Not done yet: {tasks}. Please give the reason for going on without.", tasks=names)
        raise ValidationFailed.at("reason", text)


def may_go_on(env: Env, opportunity: Opportunity) -> bool:
    """Whether the caller stands above the owner."""
    above = key_of(opportunity, "owner") in env.direct_reports
    return above or env.is_system or GENERAL_MANAGER.code in env.roles


def _undone(env: Env, opportunity: Opportunity, stages: Sequence[Any]) -> list[Any]:
    from addons.crm_leads.models.stage import StageTask

    system = env.sudo(_("tasks of a stage"))
    asked: list[Any] = system.search(
        StageTask,
        StageTask.stage.in_([one.id for one in stages]),
        StageTask.is_required.is_(True),
        order="sequence",
    )
    if not asked:
        return []
    done = _tasks_of(system, [opportunity], Task.state.in_((TASK_DONE, TASK_CONFIRMED)))
    return [one for one in asked if (opportunity.id, one.id) not in done]


def _tasks_of(system: Env, opportunities: Sequence[Any], where: Any) -> set[tuple[int, int]]:
    """(opportunity, task of the stage) of the tasks that were made for them."""
    task: Any = system.info(Task).cls
    ids = [one.id for one in opportunities]
    statement = select(task.opportunity_id, task.stage_task_id).where(
        task.opportunity_id.in_(ids), task.stage_task_id.is_not(None), where
    )
    return {(row[0], row[1]) for row in system.rows(statement)}


def _languages(system: Env, opportunities: Sequence[Any]) -> dict[int | None, str]:
    """User -> language: a task is written for who has to do it."""
    owners = {key for one in opportunities if (key := key_of(one, "owner")) is not None}
    return {user.id: user.language for user in system.search(User, User.id.in_(owners), limit=5000)}


def _text(language: str, names: dict[str, str]) -> str:
    return names.get(language) or next(iter(names.values()), "")
