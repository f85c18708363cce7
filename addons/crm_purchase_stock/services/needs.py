"""Levels below their minimum, as needs of purchase."""

from __future__ import annotations

from typing import Any

from addons.crm_purchase.hookspecs import Need
from addons.crm_stock.models import Level
from core.api import Env, _


def below_minimum(env: Env) -> list[Need]:
    """What is missing up to the minimum of each level, with what is on order counted as there."""
    system = env.sudo(_("Goods below their minimum"))
    found: list[Any] = system.search(Level, Level.lacking > 0, order="id", limit=10_000)
    return [
        Need(
            one.product_id, one.lacking, f"level {one.id}",
            _("{warehouse}: {available} available, at least {minimum}", warehouse=one.warehouse.name,
              available=one.available, minimum=one.minimum),
        )
        for one in found
    ]  # fmt: skip
