"""Who sees the queue: everybody the own jobs, administrators those of their company."""

from __future__ import annotations

from typing import Any

from core.auth.grants import BY_RULE, grant, record_rule
from core.auth.roles import ADMIN, USER
from core.automation.models import Job, Schedule
from core.orm.methods import Where

grants = [
    grant(USER, Job, "read", rows=BY_RULE),
    grant(ADMIN, Job, "read", rows=BY_RULE),
    grant(ADMIN, Schedule, "read", rows=BY_RULE),
]


@record_rule(Job, role=USER)
def own_jobs(env: Any) -> Where:
    """Jobs that the caller has asked for in this company."""
    mine: Where = (Job.user == env.user_id) & (Job.company == env.company_id)
    return mine


@record_rule(Job, role=ADMIN)
def jobs_of_the_company(env: Any) -> Where:
    """Every job of the company."""
    theirs: Where = Job.company == env.company_id
    return theirs


@record_rule(Schedule, role=ADMIN)
def schedules_of_the_company(env: Any) -> Where:
    """Every schedule of the company."""
    theirs: Where = Schedule.company == env.company_id
    return theirs
