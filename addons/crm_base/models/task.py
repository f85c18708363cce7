"""Work assigned to somebody (process P19)."""

from datetime import date
from typing import Annotated, Any

from addons.crm_base.models.customer import Customer
from addons.crm_base.states import (
    OPEN_TASK_STATES,
    TASK_ASSIGNED,
    TASK_CANCELLED,
    TASK_CONFIRMED,
    TASK_DONE,
    TASK_NEW,
    TASK_RUNNING,
)  # fmt: skip
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    Tracked,
    User,
    Where,
    _,
    and_,
    arg,
    current_env,
    field,
    key_of,
    longtext,
    many2many,
    many2one,
    option,
    or_,
    selection,
    state_field,
    transition,
)  # fmt: skip

PRIORITIES = [("low", _("Low")), ("normal", _("Normal")), ("high", _("High")), ("urgent", _("Urgent"))]


def assigned_to_me(env: Any) -> Where:
    """The caller is the assignee or one of several, or has given the task to nobody but themselves."""
    helps = env.condition(Task, "helpers", "eq", str(env.user_id))
    return or_(Task.assignee == env.user_id, helps, and_(Task.assignee.is_(None), Task.owner == env.user_id))


def given_by_me_or_below(env: Any) -> Where:
    """The caller gave the task, or is the direct superior of who did."""
    return or_(Task.owner == env.user_id, Task.owner.in_(env.direct_reports))


class Task(
    CompanyOwned,
    Owned,
    Tracked,
    label=_("Task"),
    plural=_("Tasks"),
    display="subject",
    ordered_by="due",
    icon="checkbox",
    handed_over=("owner", "assignee"),
):
    """Something that one or more people are to do by a day. The owner gave it, the assignees do it."""

    subject: Mapped[str] = field(_("Subject"), searchable=True, sortable=True, tracked=True, max_length=255)
    kind: Mapped[Option | None] = option(_("Kind"), list="crm_base.task_kind", default=None)
    state: Mapped[State] = state_field(TASK_NEW)
    assignee: Mapped[User | None] = many2one(_("Assignee"), default=None, tracked=True)
    helpers: Mapped[list[User]] = many2many(_("Further assignees"))
    start: Mapped[date | None] = field(_("Start"), default=None)
    due: Mapped[date | None] = field(_("Due"), default=None, sortable=True, tracked=True)
    priority: Mapped[str] = selection(_("Priority"), choices=PRIORITIES, default="normal")
    progress: Mapped[int] = field(_("Progress (%)"), default=0, minimum=0, maximum=100)
    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None)
    description: Mapped[str | None] = longtext(_("Description"), default=None)
    result: Mapped[str | None] = longtext(_("Result"), default=None, tracked=True)

    @transition(
        *OPEN_TASK_STATES, to=TASK_ASSIGNED, label=_("Assign"), icon="user-check", by=given_by_me_or_below
    )
    def assign(self, to: Annotated[User, arg(_("Assignee"))]) -> None:
        """The task is given to somebody, who is told; who had it before is told too."""
        self.assignee = to

    @transition(
        TASK_NEW, TASK_ASSIGNED, to=TASK_RUNNING, label=_("Start"), icon="player-play", by=assigned_to_me
    )
    def begin(self) -> None:
        """The assignee has started."""

    @transition(*OPEN_TASK_STATES, to=TASK_DONE, label=_("Report done"), icon="check", by=assigned_to_me)
    def report_done(self, result: Annotated[str, arg(_("Result"), longtext=True)]) -> None:
        """The assignee reports the result; who gave the task is told and confirms."""
        self.result, self.progress = result, 100
        env = current_env()
        giver = key_of(self, Task.owner)
        if giver not in (None, env.user_id):
            env.notify([giver], _("The task “{subject}” is reported done.", subject=self.subject), self)

    @transition(TASK_DONE, to=TASK_CONFIRMED, label=_("Confirm"), icon="checks", by=given_by_me_or_below)
    def confirm(self) -> None:
        """Who gave the task is content with the result."""

    @transition(
        TASK_DONE, to=TASK_RUNNING, label=_("Give back"), icon="arrow-back-up", by=given_by_me_or_below
    )
    def give_back(self, remark: Annotated[str, arg(_("What is missing"), longtext=True)]) -> None:
        """The result is not good enough yet; the assignee is told why."""
        self.progress = min(self.progress, 90)
        assignee = key_of(self, Task.assignee)
        if assignee is not None:
            text = _("The task “{subject}” came back: {remark}", subject=self.subject, remark=remark)
            current_env().notify([assignee], text, self)

    @transition(
        *OPEN_TASK_STATES,
        to=TASK_CANCELLED,
        label=_("Cancel"),
        icon="x",
        by=given_by_me_or_below,
        danger=True,
    )
    def cancel(self) -> None:
        """The task is not needed any more; the assignee is told."""
        env = current_env()
        assignee = key_of(self, Task.assignee)
        if assignee not in (None, env.user_id):
            env.notify([assignee], _("The task “{subject}” was cancelled.", subject=self.subject), self)
