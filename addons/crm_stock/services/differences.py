"""Whether balances and entries agree: what a stock ledger lives by, asked of every level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.api import Env, LazyString, _, func, or_, select


def differences(env: Env) -> Iterator[LazyString]:
    """Levels whose balances are not the sum of their movements and reservations. There are none, unless somebody has
    written around the application; the answer takes one statement.
    """
    from addons.crm_stock.models import Level, Movement, Reservation

    level, movement, kept = env.info(Level).cls, env.info(Movement).cls, env.info(Reservation).cls
    moved = _sums(movement, movement.quantity, movement.value)
    reserved = _sums(kept, kept.quantity)
    statement = (
        select(level.id, level.on_hand, level.reserved, moved.c[1], reserved.c[1])
        .outerjoin(moved, moved.c.level_id == level.id)
        .outerjoin(reserved, reserved.c.level_id == level.id)
        .where(or_(
            level.on_hand != func.coalesce(moved.c[1], 0), level.value != func.coalesce(moved.c[2], 0),
            level.reserved != func.coalesce(reserved.c[1], 0),
        ))
        .order_by(level.id)
    )  # fmt: skip
    for row in env.sudo(_("check of balances")).rows(statement):
        yield _(
            "Level {id}: {on_hand} on hand and {moved} by movements, {reserved} reserved and {kept} by reservations.",
            id=row[0], on_hand=row[1], moved=row[3], reserved=row[2], kept=row[4],
        )  # fmt: skip


def _sums(cls: Any, *columns: Any) -> Any:
    sums = (func.sum(column).label(f"sum_{place}") for place, column in enumerate(columns))
    return select(cls.level_id, *sums).where(cls.deleted_at.is_(None)).group_by(cls.level_id).subquery()
