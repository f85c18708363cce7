"""Clerks have their own accounts and orders, the boss everything, bills and memos too, readers look."""

from core.api import OWN, grant
from toy_docs.models import BOSS, CLERK, READER, Account, Bill, Memo, Order

grants = [
    *(
        grant(CLERK, model, "read create update delete export import print", rows=OWN)
        for model in (Account, Order)
    ),
    *(grant(READER, model, "read export") for model in (Account, Order)),
    *(
        grant(BOSS, model, "read create update delete assign export import")
        for model in (Account, Order, Bill, Memo)
    ),
]
