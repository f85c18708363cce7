"""Tasks in the processes of orders."""

from addons.crm_sales.models import ProcessTask
from addons.crm_sales.states import OPEN_TASK_STATES, TASK_READY, TASK_RUNNING
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    preset,
    show,
    statusbar,
    week,
)


def to_do(env: Env) -> Where:
    """Nothing stands before them any more."""
    return ProcessTask.state.in_((TASK_READY, TASK_RUNNING))


def mine(env: Env) -> Where:
    """What the caller is to do."""
    return and_(ProcessTask.assignee == env.user_id, to_do(env))


def late(env: Env) -> Where:
    """Not done in time."""
    return and_(ProcessTask.state.in_(OPEN_TASK_STATES), ProcessTask.due < env.today)


class ProcessTaskList(ListView[ProcessTask]):
    columns = [
        ProcessTask.name, ProcessTask.order, ProcessTask.assignee, ProcessTask.due, ProcessTask.state,
        ProcessTask.done_at,
    ]  # fmt: skip
    order = "due"
    presets = [
        preset("mine", _("Mine to do"), mine, default=True, count=True),
        preset("to_do", _("To do"), to_do),
        preset("late", _("Late"), late, count=True),
        preset("all", _("All process tasks")),
    ]
    filters = [ProcessTask.state, ProcessTask.assignee, ProcessTask.order, ProcessTask.due]
    groups = [ProcessTask.state, ProcessTask.assignee, ProcessTask.order, week(ProcessTask.due)]
    actions = [ProcessTask.finish, ProcessTask.assign]


class ProcessTaskForm(FormView[ProcessTask]):
    layout = [
        header(
            button(ProcessTask.finish, style="primary"), button(ProcessTask.begin), button(ProcessTask.assign),
            button(ProcessTask.drop), statusbar(ProcessTask.state),
        ),
        group(
            _("Task"), ProcessTask.name, ProcessTask.order, ProcessTask.assignee, ProcessTask.due, ProcessTask.days,
            ProcessTask.after,
        ),
        group(
            _("Result"), ProcessTask.ready_at, ProcessTask.begun_at, ProcessTask.done_at, ProcessTask.done_by,
            show(ProcessTask.result, wide=True),
        ),
    ]  # fmt: skip
