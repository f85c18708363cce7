"""Stock follows the steps of purchase, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_purchase.hookspecs import (
    Need,
    orders_ending,
    orders_sent,
    purchase_needs,
    receipt_posted,
    receipt_posting,
    receipt_reversed,
)
from addons.crm_purchase_stock.services import moving, needs, on_order
from addons.crm_stock.hookspecs import stock_reversing
from core.api import Env, StateForbids, _, implements, key_of


@implements(orders_sent)
def expect_goods(env: Env, orders: Sequence[Any]) -> None:
    """Open quantities are on order."""
    on_order.follow(env, [order.id for order in orders])


@implements(orders_ending)
def expect_nothing(env: Env, orders: Sequence[Any]) -> None:
    """What is open will not come."""
    if orders:
        on_order.follow(env, [order.id for order in orders], is_over=True)


@implements(receipt_posting)
def move_goods(env: Env, receipts: Sequence[Any]) -> None:
    """Goods come into stock, or leave it."""
    on_order.hold_levels(env, _orders(receipts))
    moving.move(env, receipts)


@implements(receipt_posted)
def expect_less(env: Env, receipts: Sequence[Any]) -> None:
    """What has come is not on order any more; what went back is again."""
    on_order.follow(env, _orders(receipts))


@implements(receipt_reversed)
def move_goods_back(env: Env, receipts: Sequence[Any], reason: str) -> None:
    """As if they had not come."""
    on_order.hold_levels(env, _orders(receipts))
    moving.move_back(env, receipts, reason)
    on_order.follow(env, _orders(receipts))


@implements(purchase_needs)
def needs_of_stock(env: Env) -> list[Need]:
    """Levels below their minimum."""
    return needs.below_minimum(env)


@implements(stock_reversing)
def receipts_are_reversed_themselves(env: Env, documents: Sequence[Any]) -> None:
    """A stock document of a receipt is taken back with the receipt."""
    numbers = moving.of_purchase(env, documents)
    if numbers:
        raise StateForbids(_("{numbers}: reverse the receipt of the purchase order.", numbers=numbers))


def _orders(receipts: Sequence[Any]) -> list[int]:
    return sorted({key_of(one, "order") or 0 for one in receipts})
