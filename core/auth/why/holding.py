"""Which of many conditions hold for one record: a few statements with a column for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.methods import Where
from core.orm.trust import TRUSTED

AT_ONCE: Final = 300
"""Columns of one statement; the database takes 1,664, and its planner's patience ends before."""


def holding(env: Env, info: ModelInfo, record_id: int, conditions: Sequence[Where]) -> list[bool]:
    """For each condition whether it holds for the record, wherever the record is; False for all where there is none."""
    found: list[bool] = []
    for first in range(0, len(conditions), AT_ONCE):
        some = conditions[first : first + AT_ONCE]
        columns: list[ColumnElement[Any]] = [
            func.coalesce(one, False).label(f"c{n}") for n, one in enumerate(some)
        ]
        statement = select(*columns).select_from(info.cls).where(info.cls.id == record_id)
        row = env.session.execute(statement, execution_options=TRUSTED).one_or_none()
        found += [False] * len(some) if row is None else [bool(one) for one in row]
    return found


def owner_of(env: Env, info: ModelInfo, record_id: int) -> int | None:
    """The user who owns the record; None where records of the model have no owner, or this one has none."""
    if not info.is_owned:
        return None
    statement = select(info.cls.owner_id).where(info.cls.id == record_id)
    owner: int | None = env.session.scalar(statement, execution_options=TRUSTED)
    return owner
