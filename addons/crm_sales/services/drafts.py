"""Deliveries that are prepared and not shipped yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from addons.crm_sales.states import DELIVERY_CANCELLED, DELIVERY_DRAFT
from core.api import Env, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order


def drafts_of(system: Env, orders: Sequence[Order]) -> list[Any]:
    """Draft deliveries of some orders."""
    from addons.crm_sales.models import Delivery

    ids = [order.id for order in orders]
    return system.scalars(select(Delivery).where(Delivery.order.in_(ids), Delivery.state == DELIVERY_DRAFT))


def cancel(system: Env, orders: Sequence[Order]) -> None:
    """Orders that are over ship nothing."""
    found = drafts_of(system, orders)
    with system.granting(found, "cancel"):
        for delivery in found:
            delivery.state = DELIVERY_CANCELLED
