"""What follows by itself when products, prices and lines of documents are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_product.models import PriceItem
from addons.crm_product.services import price_checks
from core.api import Env, before_create, before_write, implements


@implements(before_create, model=PriceItem)
def check_new_prices(env: Env, rows: list[dict[str, Any]]) -> None:
    """A price says what it is for, and how much."""
    price_checks.check_new(rows)


@implements(before_write, model=PriceItem)
def check_changed_prices(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """It goes on saying so."""
    price_checks.check_changed(records, values)
