"""What this addon does when others' records or its own change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.hookspecs import collect_duplicates
from addons.crm_base.models import Activity, Task
from addons.crm_base.services import duplicate_check, duplicates
from addons.crm_leads.models import Lead, Opportunity, OpportunityMember, Stage
from addons.crm_leads.services import attribution, following, stage_fields, stages
from addons.crm_leads.states import ASSIGNED
from core.api import (
    Env,
    Hint,
    ValidationFailed,
    _,
    after_create,
    after_delete,
    after_transition,
    after_write,
    before_create,
    before_write,
    check_members,
    hint,
    implements,
    key_of,
)  # fmt: skip


@implements(before_create, model=Lead)
def name_the_promotion_consultant(env: Env, rows: list[dict[str, Any]]) -> None:
    """Who is responsible for the channel, or has entered the lead, brought it in."""
    attribution.fill_consultants(env, rows)


@implements(before_create, model=Opportunity)
def begin_in_the_first_stage(env: Env, rows: list[dict[str, Any]], waived: frozenset[str]) -> None:
    """Stage, probability and standard duration of new opportunities, and what their stage asks for."""
    stages.fill_new(env, rows)
    stage_fields.check_new(env, rows, waived)


@implements(after_create, model=Opportunity)
def note_the_first_stage(env: Env, records: Sequence[Any]) -> None:
    """The clock of the first stage starts, and its tasks are made."""
    stages.open_stays(env, records)


@implements(before_write, model=Opportunity)
def keep_owner_and_process(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """Another owner is a transfer with a reason; the stages of another process are others."""
    for record, new in zip(records, values, strict=True):
        if env.is_system or env.is_granted(record):
            continue
        if "owner" in new:
            raise ValidationFailed.at("owner", _("Another owner is given by “Transfer”, with a reason."))
        if "process" in new:
            raise ValidationFailed.at(
                "process", _("The sales process is chosen when the opportunity is made.")
            )


@implements(before_write, model=Opportunity)
def ask_for_fields_of_the_stage(
    env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]
) -> None:
    """What the stage asks for stays filled in; people complete what is missing at their next change."""
    stage_fields.check_changed(env, records, values)


@implements(after_write, model=Stage)
def follow_the_rates(env: Env, records: Sequence[Any], changes: Sequence[Mapping[str, Any]]) -> None:
    """A changed success rate or standard duration holds for all that are in the stage."""
    changed = {
        one.id: one
        for one, new in zip(records, changes, strict=True)
        if new.keys() & {"probability", "standard_days"}
    }
    if changed:
        stages.follow_rates(env, changed)


@implements(before_create, model=Activity)
@implements(before_create, model=Task)
def belong_to_the_customer(env: Env, rows: list[dict[str, Any]]) -> None:
    """What is done for a lead or opportunity is done for its customer; nothing is added to a closed one."""
    following.complete_rows(env, rows)


@implements(after_create, model=Activity)
@implements(after_transition, model=Activity)
def first_activity_starts_tracking(env: Env, records: Sequence[Any]) -> None:
    """The first activity that took place on an assigned lead puts it in progress."""
    ids = {key for one in records if one.state.code == "done" and (key := key_of(one, "lead")) is not None}
    if ids:
        system = env.sudo(_("first activity"))
        leads: list[Any] = system.search(Lead, Lead.id.in_(ids), Lead.state == ASSIGNED, limit=len(ids))
        system.run(Lead.start_tracking, leads)


@implements(after_create, model=Activity)
@implements(after_transition, model=Activity)
@implements(after_delete, model=Activity)
def note_last_contact(env: Env, records: Sequence[Any]) -> None:
    """An opportunity knows the time of the last contact."""
    following.note_last_contact(
        env, [key_of(one, "opportunity") for one in records if one.state.code == "done"]
    )


@implements(after_create, model=OpportunityMember)
@implements(after_write, model=OpportunityMember)
def refuse_members_without_right(env: Env, records: Sequence[Any]) -> None:
    """Nobody joins a team for opportunities that no role of theirs lets them see."""
    check_members(env, records)


@implements(collect_duplicates)
def look_among_leads(env: Env, probe: duplicates.Probe) -> list[duplicates.Match]:
    """Companies by name, number and mail; people by the same name."""
    return duplicates.look(
        env,
        Lead,
        probe,
        companies=("company_name",),
        people=("person",),
        phones=("phone",),
        emails=("email",),
    )


@hint(Lead)
def lead_exists_already(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """Somebody may track the same enquiry, or know the customer."""
    probe = duplicate_check.probe_of(
        values, "crm_leads.lead", companies=("company_name",),
        people=() if values.get("company_name") else ("person",), phones=("phone",), emails=("email",),
    )  # fmt: skip
    return duplicate_check.hints_for(env, probe)
