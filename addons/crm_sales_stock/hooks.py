"""What stock does when orders move on, and what orders say to stock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_sales.hookspecs import (
    delivery_posted,
    delivery_reversed,
    order_cancelled,
    order_closed,
    order_confirmed,
)
from addons.crm_sales_stock.services import reserving, shipping
from addons.crm_stock.hookspecs import stock_reversing
from core.api import Env, StateForbids, _, implements, key_of


@implements(order_confirmed)
def keep_goods(env: Env, orders: Sequence[Any]) -> None:
    """Goods that are there are kept for the lines; what is not there is short."""
    reserving.reserve_orders(env, orders)


@implements(order_cancelled)
def give_goods_up(env: Env, orders: Sequence[Any]) -> None:
    """Others may have the goods."""
    reserving.release_orders(env, orders)


@implements(order_closed)
def give_up_the_rest(env: Env, orders: Sequence[Any]) -> None:
    """What was not shipped is for others."""
    reserving.release_orders(env, orders)


@implements(delivery_posted)
def take_out_of_stock(env: Env, deliveries: Sequence[Any]) -> None:
    """Reserved goods leave; a delivery whose goods are not there is refused as a whole."""
    shipping.ship(env, deliveries)


@implements(delivery_reversed)
def bring_back_into_stock(env: Env, deliveries: Sequence[Any]) -> None:
    """The goods are there again, and kept for the order again."""
    shipping.bring_back(env, deliveries)


@implements(stock_reversing)
def reverse_the_delivery_instead(env: Env, documents: Sequence[Any]) -> None:
    """The paper behind a delivery stands as long as the delivery does."""
    for one in documents:
        if hasattr(type(one), "delivery") and key_of(one, "delivery") is not None:
            text = _("{number} belongs to the delivery {delivery}: please reverse the delivery.",
                     number=one.number, delivery=one.source or "")  # fmt: skip
            raise StateForbids(text)
