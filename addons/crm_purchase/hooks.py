"""What follows by itself in purchase."""

from __future__ import annotations

from typing import Any

from addons.crm_purchase.models import PurchaseLine
from addons.crm_purchase.services import ordering
from core.api import Env, before_create, implements


@implements(before_create, model=PurchaseLine)
def fill_new_lines(env: Env, rows: list[dict[str, Any]]) -> None:
    """Unit, tax, price at the supplier and day need not be entered."""
    ordering.fill_lines(env, rows)
