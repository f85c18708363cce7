"""What this addon does when others' records or its own change."""

from typing import Any

from core.api import Env, after_create, after_transition, before_create, implements

from addons.crm_base.models import Activity
from addons.crm_leads.models import Lead, Opportunity
from addons.crm_leads.services import stages
from addons.crm_leads.states import ASSIGNED


@implements(before_create, model=Opportunity)
def begin_in_the_first_stage(env: Env, rows: list[dict[str, Any]]) -> None:
    """Stage, probability and standard duration of new opportunities."""
    stages.fill_new(env, rows)


@implements(after_create, model=Opportunity)
def note_the_first_stage(env: Env, records: list[Any]) -> None:
    """The clock of the first stage starts."""
    stages.open_stays(env, records)


@implements(after_create, model=Activity)
@implements(after_transition, model=Activity)
def first_activity_starts_tracking(env: Env, records: list[Any]) -> None:
    """The first activity that took place on an assigned lead puts it in progress."""
    ids = {one.lead_id for one in records if one.lead_id is not None and one.state.code == "done"}
    if ids:
        system = env.sudo("first activity")
        leads: list[Any] = system.search(Lead, Lead.id.in_(ids), Lead.state == ASSIGNED)
        system.run(Lead.start_tracking, leads)
