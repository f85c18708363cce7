"""Records as they are now, kept so until the step is through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.api import Env, select


def locked(system: Env, model: Any, ids: Sequence[int]) -> list[Any]:
    """The records in the order of their ids, locked: two steps that need the same ones wait for each other here."""
    system.flush()
    wanted = select(model).where(model.id.in_(ids)).order_by(model.id).with_for_update()
    return system.scalars(wanted.execution_options(populate_existing=True))
