"""What new documents begin with."""

from __future__ import annotations

from typing import Any

from core.api import Env


def default_warehouse(env: Env) -> Any:
    """The warehouse that is used first; None where a company has none."""
    from addons.crm_stock.models import Warehouse

    found = env.first(Warehouse, Warehouse.is_default.is_(True), Warehouse.is_active.is_(True), order="id")
    return None if found is None else found.id
