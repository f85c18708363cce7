"""Receivable plans of the orders of the demonstration, by the terms of payment of their customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from addons.crm_base.services.demo_people import demo_people
from addons.crm_sales.models import Order
from addons.crm_sales.states import RUNNING_STATES
from addons.crm_sales_finance.models import SalesCustomer
from addons.crm_sales_finance.services.planning import plan_orders
from core.api import Env, demo, key_of, select

TERMS: Final[Sequence[Mapping[str, Any]]] = (
    {"settlement": "order", "payment_days": 30},
    {"settlement": "order", "payment_days": 45, "advance_percent": Decimal(30)},
    {"settlement": "parts", "payment_days": 15, "payment_parts": 3},
)
"""How customers pay, in turn."""


@demo
def plans_of_orders(env: Env) -> None:
    """Instalments of orders that run, as if they had been confirmed with receivables in use."""
    if not demo_people(env):
        return
    orders = env.scalars(select(Order).where(Order.state.in_(RUNNING_STATES)).order_by(Order.id))
    buyers = sorted({key for one in orders if (key := key_of(one, "customer")) is not None})
    for turn, terms in enumerate(TERMS):
        if some := env.get_many(SalesCustomer, buyers[turn :: len(TERMS)]):
            env.write(some, **terms)
    plan_orders(env, orders)
