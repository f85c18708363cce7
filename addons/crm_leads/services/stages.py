"""Opportunities begin in a stage of their process and move through the others; the time in each is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from addons.crm_leads.services import stage_fields, stage_tasks, superiors
from core.api import Env, StateForbids, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_leads.models import Opportunity

_BATCH: Final = 500
_known_processes: WeakKeyDictionary[Env, int | None] = WeakKeyDictionary()


def today(env: Env) -> date:
    """The company's day."""
    return env.today


def this_moment(env: Env) -> datetime:
    """Now, in UTC."""
    return env.now.astimezone(UTC)


def stages_of(env: Env, process_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The stages of some processes in their order."""
    from addons.crm_leads.models.stage import Stage

    found: dict[int, list[Any]] = {one: [] for one in process_ids}
    for stage in env.sudo(_("stages")).search(
        Stage, Stage.process.in_(process_ids), order="sequence", limit=5000
    ):
        found[key_of(stage, "process") or 0].append(stage)
    return found


def default_process(env: Env) -> int | None:
    """The process that new opportunities follow; asked for once, however many there are."""
    from addons.crm_leads.models.stage import Process

    if env not in _known_processes:
        system = env.sudo(_("stages"))
        found = system.first(Process, Process.is_default.is_(True)) or system.first(Process)
        _known_processes[env] = found.id if found is not None else None
    return _known_processes[env]


def fill_new(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """New opportunities begin in the first stage of their process, with its probability and standard duration.

    Rows of an import may name a stage, and an end that lies behind them; what is won went through all stages.
    """
    for row in rows:
        row["process"] = row.get("process") or default_process(env)
    ids = sorted({key for row in rows if (key := _id(row["process"])) is not None})
    stages = stages_of(env, ids)
    by_id = {stage.id: stage for found in stages.values() for stage in found}
    for row in rows:
        state = str(getattr(row.get("state"), "code", row.get("state")))
        choices = stages.get(_id(row["process"]) or 0, [])
        given = by_id.get(_id(row.get("stage")) or 0)
        stage = given or next(iter(choices[::-1] if state == "won" else choices), None)
        if stage is not None:
            row["stage"], row["stage_days"] = stage, stage.standard_days
            row["probability"] = {"won": 100, "lost": 0}.get(state, stage.probability)
        if state in ("won", "lost"):
            _end_of_row(env, row)


def _end_of_row(env: Env, row: dict[str, Any]) -> None:
    """An opportunity that comes as ended was in its stage until that day."""
    row["closed_on"] = row.get("closed_on") or today(env)
    noon = datetime.combine(row["closed_on"], time(12), env.timezone).astimezone(UTC)
    row["ended_at"] = row.get("ended_at") or min(noon, this_moment(env))
    entered = row.get("stage_entered_at")
    if entered is None or entered > row["ended_at"]:
        begun = min(row.get("engaged_on") or row["closed_on"], row["closed_on"])
        morning = datetime.combine(begun, time(9), env.timezone).astimezone(UTC)
        row["stage_entered_at"] = min(morning, row["ended_at"])


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found


def open_stays(env: Env, opportunities: Sequence[Any]) -> None:
    """Note that these opportunities entered their stage, one batch for all, and make the stage's tasks."""
    from addons.crm_leads.models.stage import Stage, StageStay

    system = env.sudo(_("time in stages"))
    ids = {key_of(one, "stage") for one in opportunities}
    stages: dict[int, Any] = {one.id: one for one in system.search(Stage, Stage.id.in_(ids), limit=5000)}
    rows = []
    for one in opportunities:
        stage = stages.get(key_of(one, "stage") or 0)
        rows.append({"opportunity": one, "stage": stage, "stage_name": stage.name if stage is not None else {},
                     "entered_at": one.stage_entered_at, "left_at": one.ended_at,
                     "moved_by": env.user_id or None})  # fmt: skip
    system.create_many(StageStay, rows)
    if env.channel != "import":
        stage_tasks.make(env, [one for one in opportunities if not one.state.final])


def advance(env: Env, opportunity: Opportunity, reason: str | None) -> None:
    """On to the next stage. Raises StateForbids in the last one."""
    stages, position = _where(env, opportunity)
    if position + 1 >= len(stages):
        raise StateForbids(_("This is the last stage: win or lose the opportunity."))
    _enter(env, opportunity, stages, position + 1, reason)


def move(env: Env, opportunity: Opportunity, stage: Any, reason: str | None) -> None:
    """To any stage of the same process; a step back only with a reason."""
    stages, position = _where(env, opportunity)
    wanted = next((n for n, one in enumerate(stages) if one.id == stage.id), None)
    if wanted is None:
        raise ValidationFailed.at("stage", _("This stage belongs to another sales process."))
    if wanted != position:
        _enter(env, opportunity, stages, wanted, reason)


def step_back(env: Env, opportunity: Opportunity, reason: str) -> None:
    """Back to the stage before. Raises StateForbids in the first one."""
    stages, position = _where(env, opportunity)
    if position == 0:
        raise StateForbids(_("This is the first stage."))
    _enter(env, opportunity, stages, position - 1, reason)


def _where(env: Env, opportunity: Opportunity) -> tuple[list[Any], int]:
    """The stages of the process and the position of the present one among them."""
    process, stage = key_of(opportunity, "process") or 0, key_of(opportunity, "stage")
    stages = stages_of(env, [process])[process]
    return stages, next((n for n, one in enumerate(stages) if one.id == stage), 0)


def _enter(env: Env, opportunity: Opportunity, stages: list[Any], position: int, reason: str | None) -> None:
    from addons.crm_leads.models.stage import StageStay

    now = next((n for n, one in enumerate(stages) if one.id == key_of(opportunity, "stage")), 0)
    is_step_back, stage = position < now, stages[position]
    if is_step_back and not reason:
        raise ValidationFailed.at("reason", _("A step back needs a reason."))
    if not is_step_back:
        stage_fields.check_entering(env, opportunity, stage.id)
        stage_tasks.check_leaving(env, opportunity, stages[now:position], reason)
    system = env.sudo(_("time in stages"))
    _leave(system, opportunity)
    system.create(
        StageStay, opportunity=opportunity, stage=stage, stage_name=stage.name, entered_at=this_moment(env),
        moved_by=env.user_id or None, reason=reason, is_step_back=is_step_back,
    )  # fmt: skip
    stage_tasks.make(env, [opportunity], stage)
    if is_step_back:
        text = _("The opportunity “{title}” stepped back: {reason}", title=opportunity.title, reason=reason)
        superiors.tell(env, [opportunity], text)
    opportunity.stage, opportunity.probability, opportunity.is_abnormal = (
        stage,
        stage.probability,
        is_step_back,
    )
    opportunity.stage_entered_at, opportunity.stage_days = this_moment(env), stage.standard_days


def _leave(system: Env, opportunity: Opportunity) -> None:
    from addons.crm_leads.models.stage import StageStay

    mine = system.condition(StageStay, "opportunity", "eq", str(opportunity.id))
    staying: list[Any] = system.search(StageStay, mine, StageStay.left_at.is_(None))
    system.write(staying, left_at=this_moment(system))


def end(env: Env, opportunity: Opportunity) -> None:
    """The opportunity is won or lost: the last stay ends, the day is noted, nothing is abnormal any more."""
    _leave(env.sudo(_("time in stages")), opportunity)
    resume(env, opportunity)
    opportunity.closed_on, opportunity.ended_at, opportunity.is_abnormal = today(env), this_moment(env), False


def resume(env: Env, opportunity: Opportunity) -> None:
    """The clock of the stage goes on where it stopped; nothing happens where it runs."""
    if opportunity.suspended_at is not None:
        opportunity.stage_entered_at += env.now - opportunity.suspended_at
    opportunity.wake_up_on = opportunity.suspended_at = None


def follow_rates(env: Env, stages: Mapping[int, Any]) -> None:
    """Open opportunities take over the success rate and standard duration that were set for their stage."""
    from addons.crm_leads.models.opportunity import Opportunity
    from addons.crm_leads.states import OPEN, SUSPENDED

    system, after = env.sudo(_("success rates of stages")), 0
    here = Opportunity.stage.in_(stages) & Opportunity.state.in_((OPEN, SUSPENDED))
    while found := system.search(Opportunity, here, Opportunity.id > after, order="id", limit=_BATCH):
        with system.granting(found, "stage"):
            for one in found:
                stage = stages[key_of(one, "stage") or 0]
                one.probability, one.stage_days = stage.probability, stage.standard_days
        after = found[-1].id
