"""Who sees shares, and who makes rules of sharing. Shares themselves are made by whoever may share the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.auth.grants import BY_RULE, grant, record_rule
from core.auth.models import Share, SharingRule
from core.auth.roles import ADMIN, SYSTEM, USER
from core.orm.compose import composition
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.env import Env

grants = [
    grant(USER, Share, "read delete", rows=BY_RULE),
    *(grant(role, Share, "read delete export") for role in (ADMIN, SYSTEM)),
    *(grant(role, SharingRule, "read create update delete export import") for role in (ADMIN, SYSTEM)),
]


@record_rule(Share, role=USER)
def shares_for_me(env: Env) -> Where:
    """Everybody sees what others have shared with them."""
    mine: Where = composition().info(Share).cls.user_id == env.user_id
    return mine


@record_rule(Share, role=USER, actions="read delete")
def shares_that_i_gave(env: Env) -> Where:
    """Whoever has shared a record sees that, and can withdraw it, also after the record has gone to another owner."""
    given: Where = composition().info(Share).cls.created_by_id == env.user_id
    return given
