"""Who may do what with jobs."""

from core.api import OWN, grant
from toy_desk.models import Job
from toy_desk.roles import WORKER

grants = [grant(WORKER, Job, "read create update", rows=OWN)]
