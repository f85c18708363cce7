"""Clerks write their own bills."""

from core.api import COMPANY, OWN, grant
from toy_bills.models import Article, Bill, Copy, Sort
from toy_bills.roles import CHIEF, CLERK, READER

ALL = "read create update delete"
PARTS = (Copy, Article, Sort)

grants = [
    grant(CLERK, Bill, ALL, rows=OWN),
    grant(CHIEF, Bill, f"{ALL} export import print", rows=COMPANY),
    *(grant(role, model, ALL, rows=COMPANY) for role in (CLERK, CHIEF) for model in PARTS),
    *(grant(READER, model, "read", rows=COMPANY) for model in (Bill, *PARTS)),
]
