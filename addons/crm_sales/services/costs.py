"""Costs of an order (SALE-14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.api import Env, ValidationFailed, _

if TYPE_CHECKING:
    from addons.crm_sales.models import Order


def book(env: Env, order: Order, kind: Any, amount: Decimal, on: date, remark: str | None) -> None:
    """One cost in the company's currency; a negative amount takes back an earlier one."""
    from addons.crm_sales.models import OrderCost

    if not amount:
        raise ValidationFailed.at("amount", _("Please give an amount."))
    system = env.sudo(_("cost of an order"))
    system.create(OrderCost, order=order, kind=kind, amount=amount, on=on, remark=remark)
