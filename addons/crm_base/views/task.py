"""Work that is assigned to people."""

from datetime import date

from addons.crm_base.models import Task
from addons.crm_base.models.task import assigned_to_me
from addons.crm_base.states import OPEN_TASK_STATES, TASK_DONE
from core.api import (
    BoardView,
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    group,
    header,
    notebook,
    page,
    preset,
    statusbar,
    week,
)  # fmt: skip


def company_day(env: Env) -> date:
    """Which day it is where the company is."""
    return env.today


def is_open(env: Env) -> Where:
    """Not reported done yet."""
    return Task.state.in_(OPEN_TASK_STATES)


def mine(env: Env) -> Where:
    """Everything assigned to the caller, from whatever process it comes."""
    return assigned_to_me(env) & is_open(env)


def due_now(env: Env) -> Where:
    """What the caller has to finish today or should have finished."""
    return mine(env) & (Task.due <= company_day(env))


def my_overdue(env: Env) -> Where:
    """What the caller should have finished."""
    return mine(env) & (Task.due < company_day(env))


def given_by_me(env: Env) -> Where:
    """What the caller gave to somebody and is not through."""
    return (Task.owner == env.user_id) & Task.state.in_((*OPEN_TASK_STATES, TASK_DONE))


def to_confirm(env: Env) -> Where:
    """Reported done, and waiting for the caller's word."""
    return (Task.owner == env.user_id) & (Task.state == TASK_DONE)


def overdue(env: Env) -> Where:
    """What anybody should have finished."""
    return is_open(env) & (Task.due < company_day(env))


class TaskList(ListView[Task]):
    columns = [
        Task.subject,
        Task.state,
        Task.customer,
        Task.assignee,
        Task.due,
        Task.priority,
        Task.kind,
        Task.progress,
    ]
    order = "due"
    presets = [
        preset("mine", _("My tasks"), mine, default=True, count=True),
        preset("due", _("My tasks due"), due_now),
        preset("late", _("My overdue tasks"), my_overdue),
        preset("given", _("Given by me"), given_by_me),
        preset("to_confirm", _("To be confirmed by me"), to_confirm, count=True),
        preset("overdue", _("Overdue tasks"), overdue),
        preset("open", _("Open tasks"), is_open),
        preset("all", _("All tasks")),
    ]
    filters = [Task.state, Task.kind, Task.assignee, Task.helpers, Task.owner, Task.customer, Task.priority, Task.due,
               Task.start]  # fmt: skip
    groups = [Task.state, Task.assignee, Task.owner, Task.kind, Task.priority, Task.customer, week(Task.due)]


class TaskBoard(BoardView[Task]):
    column = Task.state
    card = [Task.subject, Task.assignee, Task.due, Task.customer]
    order = "due"
    presets = [
        preset("mine", _("My tasks"), mine, default=True),
        preset("given", _("Given by me"), given_by_me),
        preset("open", _("Open tasks"), is_open),
    ]


class TaskForm(FormView[Task]):
    layout = [
        header(
            button(Task.begin, style="primary"), button(Task.report_done, style="primary"), button(Task.assign),
            button(Task.confirm, style="primary"), button(Task.give_back), button(Task.cancel), statusbar(Task.state),
        ),
        group(_("Task"), Task.subject, Task.kind, Task.assignee, Task.helpers, Task.owner, Task.customer),
        group(_("Time"), Task.start, Task.due, Task.priority, Task.progress),
        group(_("Content"), Task.description, Task.result, columns=1),
        notebook(page(_("Info"), Task.created_at, Task.created_by, Task.changed_at, Task.changed_by)),
    ]  # fmt: skip
