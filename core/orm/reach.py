"""Which of several actions the caller may do on one record, decided in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, true

from core.orm.criteria import row_criteria
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def reachable_actions(
    env: Env, info: ModelInfo, record_id: int, actions: Sequence[str], *, binned: bool = False
) -> frozenset[str]:
    """Those of `actions` for which the caller has the right, and the record is within reach of it."""
    asked = [action for action in actions if env.policy.allowed(info, action)]
    if not asked:
        return frozenset()
    cells = []
    for n, action in enumerate(asked):
        where = env.policy.where(info, action)
        reached = true() if where is None else where
        cells.append(func.coalesce(and_(true(), reached), False).label(f"a{n}"))
    statement = select(*cells).where(
        info.cls.id == record_id, *row_criteria(env, info, info.cls, binned=binned)
    )
    row = env.session.execute(statement, execution_options=TRUSTED).one_or_none()
    if row is None:
        return frozenset()
    return frozenset(action for action, allowed in zip(asked, row, strict=True) if allowed)
