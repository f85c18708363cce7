"""States of activities and tasks (processes P17 and P19)."""

from core.api import State, _

PLANNED = State("planned", _("Planned"), colour="azure")
CARRIED_OUT = State("done", _("Done"), final=True, colour="green")
MISSED = State("missed", _("Missed"), final=True, colour="orange")
CALLED_OFF = State("cancelled", _("Cancelled"), final=True)

TASK_NEW = State("new", _("New"), colour="azure")
TASK_ASSIGNED = State("assigned", _("Assigned"), colour="blue")
TASK_RUNNING = State("in_progress", _("In progress"), colour="indigo")
TASK_DONE = State("done", _("Done"), colour="lime")
TASK_CONFIRMED = State("confirmed", _("Confirmed"), final=True, colour="green")
TASK_CANCELLED = State("cancelled", _("Cancelled"), final=True)

OPEN_TASK_STATES = (TASK_NEW, TASK_ASSIGNED, TASK_RUNNING)
