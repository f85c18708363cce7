"""Who sees what was exported and printed: everybody the own, administrators everything of their company.

A file of an export is given to its maker alone, whoever may see that there is one.
"""

from __future__ import annotations

from typing import Any

from core.auth.grants import BY_RULE, grant, record_rule
from core.auth.roles import ADMIN, USER
from core.exchange.models import Export, PaperText, Print
from core.orm.methods import Where

grants = [
    grant(USER, Export, "read", rows=BY_RULE),
    grant(USER, Print, "read", rows=BY_RULE),
    grant(ADMIN, Export, "read export print"),
    grant(ADMIN, Print, "read export print"),
    grant(ADMIN, PaperText, "read create update delete export import print"),
]


@record_rule(Export, role=USER)
def my_exports(env: Any) -> Where:
    """Exports that the caller has asked for."""
    mine: Where = Export.user == env.user_id
    return mine


@record_rule(Print, role=USER)
def my_prints(env: Any) -> Where:
    """What the caller has printed."""
    mine: Where = Print.user == env.user_id
    return mine
