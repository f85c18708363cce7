"""Sellers see everything but what a line costs; readers print nothing."""

from core.api import COMPANY, grant
from toy_deals.models import Buyer, Deal, Line
from toy_deals.roles import DIRECTOR, READER, SELLER

_ALL = "read create update delete export print"

grants = [
    *(grant(role, model, _ALL, rows=COMPANY) for role in (SELLER, DIRECTOR) for model in (Buyer, Deal, Line)),
    *(grant(READER, model, "read", rows=COMPANY) for model in (Buyer, Deal, Line)),
]
