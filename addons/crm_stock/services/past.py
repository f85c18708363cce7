"""The stock of any moment: the balance of the last movement before it, one step of an index for each level."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from core.api import Env, Where, aliased, select, true


class Past(NamedTuple):
    """What lay in a level at a moment, with its value."""

    level: int
    product: int
    warehouse: int
    on_hand: Decimal
    value: Decimal


def end_of(env: Env, day: date) -> datetime:
    """The end of a day of the company."""
    return datetime.combine(day + timedelta(days=1), time(), env.timezone)


def stock_at(env: Env, moment: datetime, *where: Where, limit: int | None = None) -> list[Past]:
    """What lay in the levels of a condition just before a moment; levels where nothing had come yet are left out."""
    from addons.crm_stock.models import Level

    level, last = env.info(Level).cls, last_before(env, moment)
    statement = (
        select(level.id, level.product_id, level.warehouse_id, last.c.balance, last.c.value_balance)
        .join(last, true())
        .where(level.deleted_at.is_(None), *where)
        .order_by(level.product_id, level.warehouse_id)
    )
    return [Past(*row) for row in env.rows(statement if limit is None else statement.limit(limit))]


def last_before(env: Env, moment: datetime) -> Any:
    """The last movement of each level before the moment, for joining: its `balance` and `value_balance`."""
    from addons.crm_stock.models import Level, Movement

    level, movement = env.info(Level).cls, aliased(env.info(Movement).cls)
    return (
        select(movement.balance, movement.value_balance)
        .where(
            movement.company_id == env.company_id, movement.level_id == level.id, movement.posted_at < moment,
            movement.deleted_at.is_(None),
        )
        .order_by(movement.posted_at.desc().nulls_last(), movement.id.desc())  # as the index has them
        .limit(1)
        .correlate(level)
        .lateral()
    )  # fmt: skip
