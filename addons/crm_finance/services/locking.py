"""Rows that are looked at before they are changed: nobody else changes them until the commit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.api import Env


def lock(env: Env, model: Any, ids: Collection[int]) -> list[Any]:
    """The records, in the order of their ids, locked and as they are now. The model has the automatic step `hold`."""
    if not ids:
        return []
    records = env.get_many(model, sorted(ids))
    env.run(model.hold, records)
    return records
