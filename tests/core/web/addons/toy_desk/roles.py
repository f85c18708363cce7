"""Who works with jobs."""

from core.api import Role, _

WORKER = Role("toy_desk.worker", _("Worker"))
