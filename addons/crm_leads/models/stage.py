"""Sales processes and their stages, which each company arranges itself."""

from datetime import datetime

from addons.crm_leads.models.opportunity import Opportunity
from core.api import (
    CompanyOwned,
    Mapped,
    User,
    _,
    field,
    field_choice,
    longtext,
    many2one,
    one2many,
    translated,
)


class Process(
    CompanyOwned, label=_("Sales process"), plural=_("Sales processes"), ordered_by="id", icon="route"
):
    """A row of stages for one kind of business."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    is_default: Mapped[bool] = field(_("Used for new opportunities"), default=False)
    stages: Mapped[list["Stage"]] = one2many(_("Stages"), back="process")


class Stage(CompanyOwned, label=_("Stage"), plural=_("Stages"), ordered_by="sequence", icon="stairs-up"):
    """A step of a sales process: its success rate, how long it should take, what must be met to leave it."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    process: Mapped[Process] = many2one(_("Sales process"), on_delete="part_of")
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    probability: Mapped[int] = field(_("Success rate (%)"), default=10, minimum=0, maximum=100)
    standard_days: Mapped[int] = field(_("Standard duration (days)"), default=7, minimum=0, maximum=3650)
    criteria: Mapped[str | None] = longtext(_("Promotion criteria"), default=None)
    tasks: Mapped[list["StageTask"]] = one2many(_("Tasks of the stage"), back="stage")
    fields: Mapped[list["StageField"]] = one2many(_("Required fields"), back="stage")


class StageTask(
    CompanyOwned,
    label=_("Task of a stage"),
    plural=_("Tasks of stages"),
    ordered_by="sequence",
    icon="list-check",
):
    """What is to be done in a stage. Entering the stage makes a task of it for the owner of the opportunity."""

    name: Mapped[dict[str, str]] = translated(_("Task"))
    stage: Mapped[Stage] = many2one(_("Stage"), on_delete="part_of")
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    days: Mapped[int] = field(_("Due after (days)"), default=7, minimum=0, maximum=3650)
    is_required: Mapped[bool] = field(
        _("Required"), default=False, help=_("The opportunity leaves the stage when the task is done.")
    )


class StageField(
    CompanyOwned,
    label=_("Required field of a stage"),
    plural=_("Required fields of stages"),
    display="name",
    unique=[("stage", "name")],
    icon="forms",
):
    """What has to be filled in before an opportunity is in the stage, and in all stages behind it."""

    stage: Mapped[Stage] = many2one(_("Stage"), on_delete="part_of")
    name: Mapped[str] = field_choice(
        _("Field"), of="crm_leads.opportunity",
        help=_("It has to be filled in from this stage on. An amount of zero counts as not filled in."),
    )  # fmt: skip


class StageStay(
    CompanyOwned,
    label=_("Time in stage"),
    plural=_("Times in stages"),
    display="stage_name",
    ordered_by="-entered_at",
):
    """How long an opportunity was in a stage, who moved it there, and why where a reason was asked for."""

    opportunity: Mapped[Opportunity] = many2one(_("Opportunity"), on_delete="part_of", readonly=True)
    stage: Mapped[Stage | None] = many2one(_("Stage"), default=None, on_delete="clear", readonly=True)
    stage_name: Mapped[dict[str, str]] = translated(_("Stage"), readonly=True)
    entered_at: Mapped[datetime] = field(_("Entered"), readonly=True, sortable=True)
    left_at: Mapped[datetime | None] = field(_("Left"), default=None, readonly=True)
    moved_by: Mapped[User | None] = many2one(_("Moved by"), default=None, readonly=True)
    reason: Mapped[str | None] = longtext(_("Reason"), default=None, readonly=True)
    is_step_back: Mapped[bool] = field(_("Step back"), default=False, readonly=True)
    is_reported: Mapped[bool] = field(_("Reported as too long"), default=False, readonly=True)
