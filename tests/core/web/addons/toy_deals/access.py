"""Sellers see everything but what a line costs; readers print nothing."""

from core.api import COMPANY, grant
from toy_deals.models import Buyer, Deal, DealTask, Idea, Line, Parcel, Slip
from toy_deals.roles import DIRECTOR, READER, SELLER

_MODELS = (Buyer, Deal, DealTask, Idea, Line, Parcel)
_ALL = "read create update delete export print"

grants = [
    *(grant(role, model, _ALL, rows=COMPANY) for role in (SELLER, DIRECTOR) for model in _MODELS),
    grant(DIRECTOR, Buyer, "erase", rows=COMPANY),
    grant(SELLER, Slip, _ALL, rows=COMPANY),
    *(grant(READER, model, "read", rows=COMPANY) for model in _MODELS),
]
