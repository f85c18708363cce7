"""Confidential contact data: how a customer is reached is for the owner, the direct superior and administrators.

Everybody else who sees the customer sees that it exists and who owns it. The mark stays with the customer when it gets
another owner.
"""

from __future__ import annotations

from typing import Any

from core.api import ADMIN, Env, Where, and_, false, not_


def kept_from(env: Env) -> Where:
    """The customers whose contact data are kept from the caller."""
    from addons.crm_base.models import Customer

    if ADMIN.code in env.roles:
        return false()
    is_mine = Customer.owner.in_([env.user_id, *env.direct_reports])
    return and_(Customer.is_confidential.is_(True), not_(is_mine))


def may_confide(env: Any) -> Where:
    """The own customers that are not marked yet."""
    from addons.crm_base.models import Customer

    return and_(Customer.owner == env.user_id, Customer.is_confidential.is_(False))


def may_open(env: Any) -> Where:
    """The marked customers of one's own and of those directly below."""
    from addons.crm_base.models import Customer

    return and_(Customer.owner.in_([env.user_id, *env.direct_reports]), Customer.is_confidential.is_(True))
