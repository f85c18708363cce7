"""Trees must stay trees: departments inside departments, employees below employees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.errors import ValidationFailed
from core.i18n import LazyString
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.trust import TRUSTED


def refuse_circles(
    env: Env, model: type[Any], field: str, records: Sequence[Any], problem: LazyString
) -> None:
    """Raise `ValidationFailed` at `field` where following it from one of the records comes back to it."""
    table = composition().info(model).table
    above = table.c[f"{field}_id"]
    start = [record.id for record in records if getattr(record, f"{field}_id") is not None]
    if not start:
        return
    walk = (
        select(table.c.id.label("start"), above.label("at"))
        .where(table.c.id.in_(start), above.is_not(None))
        .cte("walk", recursive=True)
    )
    step = (
        select(walk.c.start, above).join_from(walk, table, table.c.id == walk.c.at).where(above.is_not(None))
    )
    walk = walk.union(step)
    found = select(walk.c.start).where(walk.c.start == walk.c.at).limit(1)
    if env.session.execute(found, execution_options=TRUSTED).first() is not None:
        raise ValidationFailed.at(field, problem)
