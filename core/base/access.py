"""Who sees the queue. The other rights on the kernel's records are declared in `core.auth.roles`."""

from core.api import ADMIN, BY_RULE, SYSTEM, Env, Job, Schedule, Where, grant, record_rule

grants = [
    grant(ADMIN, Job, "read export", rows=BY_RULE),
    grant(SYSTEM, Job, "read export"),
    grant(SYSTEM, Schedule, "read"),
]


@record_rule(Job, role=ADMIN, actions="read export")
def jobs_of_my_company(env: Env) -> Where:
    """Administrators see what is done for their company."""
    return Job.company == env.company_id
