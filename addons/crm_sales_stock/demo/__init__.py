"""Goods are kept for the orders of the demonstration, which were confirmed before goods were counted."""

from __future__ import annotations

from addons.crm_base.services.demo_people import demo_people
from addons.crm_sales.models import Order
from addons.crm_sales.states import FULFILLED_STATES
from addons.crm_sales_stock.services.reserving import reserve_orders
from core.api import Env, demo, select


@demo
def goods_for_orders(env: Env) -> None:
    """What is open of running orders is kept as far as there are goods; the rest is short."""
    if demo_people(env):
        reserve_orders(
            env, env.scalars(select(Order).where(Order.state.in_(FULFILLED_STATES)).order_by(Order.id))
        )
