"""The list of jobs, and what of it stands on the workbench."""

from core.api import Env, ListView, Where, _, card, figure, preset
from toy_desk.models import Job


def mine(env: Env) -> Where:
    return Job.owner == env.user_id


class JobList(ListView[Job]):
    columns = [Job.title, Job.due]
    presets = [preset("mine", _("My jobs"), mine)]


cards = [
    card(
        "toy_desk.today",
        _("Jobs of today"),
        view=JobList,
        preset="mine",
        columns=[Job.due],
        order="due",
        late=True,
    ),
    figure("toy_desk.number", _("My jobs"), view=JobList, preset="mine"),
]
