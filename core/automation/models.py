"""The queue and the schedules as records, with screens like any other."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from core.auth.models.company import Company
from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, longtext, many2one, selection
from core.orm.model import WorkedOff

STATES = [
    ("queued", _("Waiting")), ("running", _("Running")), ("done", _("Done")), ("failed", _("Waiting for another try")),
    ("dead", _("Failed for good")), ("cancelled", _("Cancelled")),
]  # fmt: skip


class Job(
    WorkedOff,
    label=_("Job"),
    plural=_("Jobs"),
    display="title",
    ordered_by="-id",
    icon="subtask",
    names=("name",),
):
    """One piece of work for one company, asked for in the transaction of the change that needs it."""

    title: Mapped[str] = field(_("Title"), readonly=True)
    name: Mapped[str] = field(_("Name"), readonly=True, index=True)
    company: Mapped[Company] = many2one(_("Company"), to="base.company", readonly=True)
    user: Mapped[User | None] = many2one(_("Asked for by"), to="base.user", default=None, readonly=True)
    real_user: Mapped[User | None] = many2one(
        _("Real user"),
        to="base.user",
        default=None,
        readonly=True,
        help=_("Who acted for them, where somebody did."),
    )
    arguments: Mapped[dict[str, Any]] = field(_("Arguments"), readonly=True)
    state: Mapped[str] = selection(_("State"), choices=STATES, default="queued", readonly=True, index=True)
    unique_key: Mapped[str | None] = field(_("Unique key"), default=None, readonly=True, index=True)
    run_at: Mapped[datetime] = field(_("Not before"), readonly=True, sortable=True)
    attempts: Mapped[int] = field(_("Attempts"), default=0, readonly=True)
    lease_until: Mapped[datetime | None] = field(_("Reserved until"), default=None, readonly=True)
    progress: Mapped[int] = field(_("Done so far"), default=0, readonly=True)
    total: Mapped[int | None] = field(_("Of"), default=None, readonly=True)
    cancel_asked: Mapped[bool] = field(_("Cancellation asked for"), default=False, readonly=True)
    started_at: Mapped[datetime | None] = field(_("Started"), default=None, readonly=True)
    finished_at: Mapped[datetime | None] = field(_("Finished"), default=None, readonly=True)
    result: Mapped[dict[str, Any] | None] = field(_("Result"), default=None, readonly=True)
    error: Mapped[str | None] = longtext(_("Error"), default=None, readonly=True)


class Schedule(
    WorkedOff,
    label=_("Schedule"),
    plural=_("Schedules"),
    display="name",
    unique=[("name", "company")],
    icon="clock",
    names=("name",),
):
    """When a periodic job of a company runs next."""

    name: Mapped[str] = field(_("Name"), readonly=True)
    company: Mapped[Company] = many2one(_("Company"), to="base.company", readonly=True)
    next_run: Mapped[datetime] = field(_("Next run"), readonly=True, sortable=True)
    last_run: Mapped[datetime | None] = field(_("Last run"), default=None, readonly=True)


MODELS = (Job, Schedule)
