"""Goods on their way: what suppliers and production are going to bring."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from addons.crm_stock.services.levels import Pair, hold
from core.api import Env, _


def expect(env: Env, changes: Mapping[Pair, Decimal]) -> None:
    """Add these quantities (negative when they came, or will not come) to what is on order, by level."""
    system = env.sudo(_("goods on order"))
    levels = hold(system, [pair for pair, quantity in changes.items() if quantity])
    with system.granting(list(levels.values()), "expect"):
        for pair, level in levels.items():
            level.on_order += changes[pair]
