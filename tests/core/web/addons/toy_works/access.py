"""Who may do what with works: two sorts of people; the vault is closed to all but its keeper."""

from core.api import COMPANY, OWN, grant
from toy_works.models import Bill, Label, Part, Phase, Vault, Visit, Work
from toy_works.roles import READER, WORKER

ALL = "read create update delete"

grants = [
    *(grant(WORKER, model, ALL, rows=COMPANY) for model in (Label, Phase, Part, Bill)),
    grant(WORKER, Visit, ALL, rows=COMPANY),
    grant(WORKER, Work, ALL, rows=COMPANY),
    grant(WORKER, Work, "share", rows=OWN),
    grant(READER, Work, "read", rows=COMPANY),
    grant(READER, Vault, "read", rows=COMPANY),
    grant(READER, Label, "read"),
    grant(READER, Phase, "read"),
]
