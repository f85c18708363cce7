"""Who may hand over records, and who sees that they did."""

from __future__ import annotations

from core.api import ADMIN, BY_RULE, USER, Env, Where, grant, or_, record_rule, select
from core.base.models import HandOver, HandOverLine

_KEEP = "read create update delete export"

grants = [
    grant(ADMIN, HandOver, _KEEP),
    grant(ADMIN, HandOverLine, _KEEP),
    grant(USER, HandOver, "read", rows=BY_RULE),
    grant(USER, HandOverLine, "read", rows=BY_RULE),
]


@record_rule(HandOver, role=USER)
def hand_overs_that_concern_me(env: Env) -> Where:
    """Who hands over and who gets something sees the hand-over."""
    line = env.info(HandOverLine).cls
    mine = select(line.hand_over_id).where(
        line.successor_id == env.user_id, line.company_id == env.company_id
    )
    cls = env.info(HandOver).cls
    return or_(cls.giver_id == env.user_id, cls.successor_id == env.user_id, cls.id.in_(mine))


@record_rule(HandOverLine, role=USER)
def lines_that_concern_me(env: Env) -> Where:
    """What went to oneself, and of the own hand-over every line."""
    head, line = env.info(HandOver).cls, env.info(HandOverLine).cls
    given = select(head.id).where(head.giver_id == env.user_id, head.company_id == env.company_id)
    return or_(line.successor_id == env.user_id, line.hand_over_id.in_(given))
