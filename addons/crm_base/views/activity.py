"""What was done and what is planned with customers."""

from addons.crm_base.models import Activity
from addons.crm_base.states import CARRIED_OUT, PLANNED
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    day,
    func,
    group,
    header,
    month,
    notebook,
    page,
    preset,
    statusbar,
    week,
)  # fmt: skip


def mine(env: Env) -> Where:
    """The caller's own."""
    return Activity.owner == env.user_id


def my_planned(env: Env) -> Where:
    """What the caller is going to do."""
    return (Activity.owner == env.user_id) & (Activity.state == PLANNED)


def today(env: Env) -> Where:
    """The caller's activities of the company's day, done or not."""
    return (Activity.owner == env.user_id) & env.condition(Activity, "at", "eq", "today")


def overdue(env: Env) -> Where:
    """Planned for a time that has passed."""
    return (Activity.owner == env.user_id) & (Activity.state == PLANNED) & (Activity.at < func.now())


def planned(env: Env) -> Where:
    """What anybody is going to do."""
    return Activity.state == PLANNED


def done(env: Env) -> Where:
    """What took place."""
    return Activity.state == CARRIED_OUT


class ActivityList(ListView[Activity]):
    columns = [
        Activity.at, Activity.kind, Activity.subject, Activity.state, Activity.customer, Activity.owner,
        Activity.contact,
    ]  # fmt: skip
    order = "-at"
    presets = [
        preset("mine", _("My activities"), mine, default=True),
        preset("today", _("My activities today"), today, count=True),
        preset("to_do", _("Planned by me"), my_planned),
        preset("overdue", _("Overdue activities"), overdue, count=True),
        preset("planned", _("All planned"), planned),
        preset("done", _("All done"), done),
        preset("all", _("All activities")),
    ]
    filters = [Activity.state, Activity.kind, Activity.owner, Activity.participants, Activity.customer,
        Activity.contact,
               Activity.at]  # fmt: skip
    groups = [Activity.kind, Activity.state, Activity.owner, Activity.customer, day(Activity.at), week(Activity.at),
              month(Activity.at)]  # fmt: skip
    totals = [Activity.minutes, Activity.cost]


class ActivityForm(FormView[Activity]):
    layout = [
        header(
            button(Activity.carry_out, style="primary"), button(Activity.move), button(Activity.miss),
            button(Activity.call_off), statusbar(Activity.state),
        ),
        group(_("Activity"), Activity.subject, Activity.kind, Activity.at, Activity.owner, Activity.participants),
        group(_("With whom"), Activity.customer, Activity.contact),
        group(_("Content"), Activity.description, Activity.result, columns=1),
        notebook(
            page(_("Effort"), Activity.minutes, Activity.cost),
            page(_("Info"), Activity.created_at, Activity.created_by, Activity.changed_at, Activity.changed_by),
        ),
    ]  # fmt: skip
