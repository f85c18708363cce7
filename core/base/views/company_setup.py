"""Numbering, addons, and the work that runs by itself."""

from core.api import (
    CompanyAddon,
    Env,
    FormView,
    Job,
    ListView,
    Numbering,
    Schedule,
    Where,
    _,
    button,
    day,
    group,
    header,
    note,
    preset,
)  # fmt: skip
from core.base.models import BaseCompanyAddon, BaseNumbering


class NumberingList(ListView[Numbering]):
    columns = [
        Numbering.title,
        Numbering.prefix,
        Numbering.date_pattern,
        Numbering.width,
        Numbering.reset,
        Numbering.counter,
        Numbering.without_gaps,
    ]
    order = "sequence"
    filters = [Numbering.reset, Numbering.without_gaps]


class NumberingForm(FormView[Numbering]):
    layout = [
        header(button(BaseNumbering.close_gaps), button(BaseNumbering.allow_gaps)),
        group(_("Numbering"), Numbering.title, Numbering.prefix, Numbering.date_pattern, Numbering.separator,
              Numbering.width, Numbering.reset),
        note(_("A number is the prefix, the date, the separator and the running number: QT202611-0042.")),
        group(_("State of the counter"), Numbering.sequence, Numbering.period, Numbering.counter,
              Numbering.without_gaps, Numbering.drafts),
    ]  # fmt: skip


class CompanyAddonList(ListView[CompanyAddon]):
    columns = [CompanyAddon.addon, CompanyAddon.enabled, CompanyAddon.since, CompanyAddon.by]
    order = "addon"
    filters = [CompanyAddon.enabled]


class CompanyAddonForm(FormView[CompanyAddon]):
    layout = [
        header(button(BaseCompanyAddon.switch_on), button(BaseCompanyAddon.switch_off)),
        group(_("Addon"), CompanyAddon.addon, CompanyAddon.enabled, CompanyAddon.since, CompanyAddon.by),
        note(
            _(
                "Switching an addon off hides it for the company. Nothing is deleted, and it can be switched on again."
            )
        ),
    ]


def unfinished(env: Env) -> Where:
    """Waiting or running."""
    return Job.state.in_(("queued", "running", "failed"))


def failed(env: Env) -> Where:
    """What nobody will try again."""
    return Job.state == "dead"


class JobList(ListView[Job]):
    columns = [Job.title, Job.state, Job.user, Job.run_at, Job.progress, Job.total, Job.attempts]
    order = "-run_at"
    presets = [
        preset("unfinished", _("Waiting or running"), unfinished),
        preset("failed", _("Failed for good"), failed, count=True),
        preset("all", _("All jobs"), default=True),
    ]
    filters = [Job.state, Job.user, Job.run_at]
    groups = [Job.state, Job.user, day(Job.run_at)]


class JobForm(FormView[Job]):
    layout = [
        group(_("Job"), Job.title, Job.state, Job.user, Job.company),
        group(_("Progress"), Job.progress, Job.total, Job.attempts, Job.cancel_asked),
        group(_("Time"), Job.run_at, Job.started_at, Job.finished_at, Job.lease_until),
        group(_("Error"), Job.error, columns=1),
    ]


class ScheduleList(ListView[Schedule]):
    columns = [Schedule.name, Schedule.company, Schedule.next_run, Schedule.last_run]
    order = "next_run"
    filters = [Schedule.company]
