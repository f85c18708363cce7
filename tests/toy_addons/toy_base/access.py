"""Who may do what with cases."""

from core.api import OWN, grant
from toy_base.models.case import Case
from toy_base.roles import CASE_CHIEF, CASE_USER

grants = [
    grant(CASE_USER, Case, "read create update", rows=OWN),
    grant(CASE_CHIEF, Case, "read create update delete export import"),
]
