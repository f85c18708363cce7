"""Moving an opportunity through the stages of its process, with the time spent in each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from core.api import Env, StateForbids, ValidationFailed, _, key_of

from addons.crm_leads.services import tracking

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity


def today(env: Env) -> date:
    """The company's day."""
    return env.clock().astimezone(env.timezone).date()


def this_moment(env: Env) -> datetime:
    """Now, in UTC."""
    return env.now.astimezone(UTC)


def stages_of(env: Env, process_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The stages of some processes in their order."""
    from addons.crm_leads.models.stage import Stage

    found: dict[int, list[Any]] = {one: [] for one in process_ids}
    for stage in env.search(Stage, Stage.process.in_(process_ids), order="sequence", limit=500):
        found[key_of(stage, Stage.process) or 0].append(stage)
    return found


def fill_new(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """New opportunities begin in the first stage of their process, with its probability and standard duration."""
    from addons.crm_leads.models.stage import Process

    if any(row.get("process") is None for row in rows):
        default = env.first(Process, Process.is_default.is_(True)) or env.first(Process)
        for row in rows:
            row["process"] = row.get("process") or default
    ids = sorted({key for row in rows if (key := _id(row["process"])) is not None})
    stages = stages_of(env, ids)
    by_id = {stage.id: stage for found in stages.values() for stage in found}
    for row in rows:
        choices = stages.get(_id(row["process"]) or 0, [])
        stage = by_id.get(_id(row.get("stage")) or 0) or next(iter(choices), None)
        if stage is not None:
            row["stage"], row["stage_days"] = stage, stage.standard_days
            final = {"won": 100, "lost": 0}.get(getattr(row.get("state"), "code", row.get("state")) or "")
            row["probability"] = stage.probability if final is None else final


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found


def open_stays(env: Env, opportunities: Sequence["Opportunity"]) -> None:
    """Note that these opportunities entered their stage, one batch for all."""
    from addons.crm_leads.models.stage import Stage, StageStay

    ids = {key_of(one, "stage") for one in opportunities}
    names = {stage.id: stage.name for stage in env.search(Stage, Stage.id.in_(ids), limit=500)}
    env.sudo(_("time in stages")).create_many(
        StageStay,
        [
            {"opportunity": one, "stage": key_of(one, "stage"), "stage_name": names.get(key_of(one, "stage") or 0, {}),
             "entered_at": one.stage_entered_at, "left_at": one.ended_at, "moved_by": env.user_id}
            for one in opportunities
        ],
    )  # fmt: skip


def advance(env: Env, opportunity: "Opportunity") -> None:
    """On to the next stage. Raises StateForbids in the last one."""
    process = key_of(opportunity, "process") or 0
    stages = stages_of(env, [process])[process]
    later = [stage for stage in stages if stage.sequence > opportunity.stage.sequence]
    if not later:
        raise StateForbids(_("This is the last stage: win or lose the opportunity."))
    _enter(env, opportunity, later[0], None, is_step_back=False)


def move(env: Env, opportunity: "Opportunity", stage: Any, reason: str | None) -> None:
    """To any stage of the same process; a step back only with a reason."""
    if key_of(stage, "process") != key_of(opportunity, "process"):
        raise ValidationFailed({"stage": [_("This stage belongs to another sales process.")]})
    if stage.id == key_of(opportunity, "stage"):
        return
    is_step_back = stage.sequence < opportunity.stage.sequence
    if is_step_back and not reason:
        raise ValidationFailed({"reason": [_("A step back needs a reason.")]})
    _enter(env, opportunity, stage, reason, is_step_back=is_step_back)


def _enter(env: Env, opportunity: "Opportunity", stage: Any, reason: str | None, *, is_step_back: bool) -> None:
    from addons.crm_leads.models.stage import StageStay

    system = env.sudo(_("time in stages"))
    _leave(system, opportunity)
    opportunity.stage, opportunity.probability = stage, stage.probability
    opportunity.stage_entered_at, opportunity.stage_days = this_moment(env), stage.standard_days
    system.create_many(
        StageStay,
        [{"opportunity": opportunity, "stage": stage, "stage_name": stage.name, "entered_at": this_moment(env),
          "moved_by": env.user_id, "reason": reason, "is_step_back": is_step_back}],
    )  # fmt: skip


def _leave(system: Env, opportunity: "Opportunity") -> None:
    from addons.crm_leads.models.stage import StageStay

    staying: list[Any] = system.search(StageStay, StageStay.opportunity == opportunity.id, StageStay.left_at.is_(None))
    system.write(staying, left_at=this_moment(system))


def end(env: Env, opportunity: "Opportunity") -> None:
    """The opportunity is won or lost: the last stay ends, open tasks are cancelled, the day is noted."""
    opportunity.closed_on, opportunity.ended_at = today(env), this_moment(env)
    _leave(env.sudo(_("time in stages")), opportunity)
    tracking.end(env, opportunity)


COPIED = ("title", "customer_id", "process_id", "amount", "expected_close", "intention", "description", "products",
          "importance", "source_id", "promotion_consultant_id", "counsellor_id", "sales_consultant_id")  # fmt: skip


def copy_as_new(env: Env, opportunity: "Opportunity") -> Any:
    """A new opportunity of the same customer from the first stage on; the old one stays as it ended."""
    values: Mapping[str, Any] = {name.removesuffix("_id"): getattr(opportunity, name) for name in COPIED}
    return env.create(type(opportunity), **values)
