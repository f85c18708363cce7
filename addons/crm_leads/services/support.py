"""Asking the pre-sales people of an opportunity's team for technical support: a task for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from addons.crm_base.models import Task
from core.api import Env, Option, User, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity

PRESALES_PART = "presales"


def request_support(
    env: Env, opportunity: Opportunity, subject: str, due: date, to: User | None, description: str | None
) -> Task:
    """One task for the person named, else for all pre-sales people of the team; they read the opportunity with it."""
    people = [to.id] if to is not None else presales_of(env, opportunity)
    if not people:
        text = _(
            "Nobody in the team has the part of pre-sales. Name somebody, or add a pre-sales engineer first."
        )
        raise ValidationFailed.at("to", text)
    kind = env.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "support")
    return env.create(
        Task, subject=subject, due=due, description=description, kind=kind, opportunity=opportunity,
        assignee=people[0], helpers=people[1:],
    )  # fmt: skip


def presales_of(env: Env, opportunity: Opportunity) -> list[int]:
    """Who has the part of pre-sales in the team, the longest there first."""
    from addons.crm_leads.models import OpportunityMember

    part = env.first(Option, Option.list_code == "crm_base.team_part", Option.code == PRESALES_PART)
    if part is None:
        return []
    where = (OpportunityMember.opportunity == opportunity.id, OpportunityMember.part == part.id)
    found: list[Any] = env.search(OpportunityMember, *where, order="id", limit=50)
    return [key for one in found if (key := key_of(one, OpportunityMember.user)) is not None]
