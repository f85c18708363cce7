"""Events of purchase that other addons may answer. All take lists and run in the transaction of the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.api import Env, LazyString, hookspec


@dataclass(frozen=True, slots=True)
class Need:
    """Something that should be bought: how much in the product's unit, and why.

    `key` is the same for the same need, so that it is proposed once: "level 12", "order line 7".
    """

    product: int
    quantity: Decimal
    key: str
    reason: LazyString


@hookspec
def purchase_needs(env: Env) -> list[Need]:  # type: ignore[empty-body]
    """What is missing now, apart from what is on order already."""


@hookspec
def orders_sent(env: Env, orders: Sequence[Any]) -> None:
    """Suppliers have these orders: their open quantities are on the way."""


@hookspec
def orders_ending(env: Env, orders: Sequence[Any]) -> None:
    """These orders are about to be closed or cancelled: what is still open of them will not come."""


@hookspec
def receipt_posting(env: Env, receipts: Sequence[Any]) -> None:
    """Goods come in, or go back where the receipt is a return. An error refuses."""


@hookspec
def receipt_posted(env: Env, receipts: Sequence[Any]) -> None:
    """Quantities of the order lines have followed."""


@hookspec
def receipt_reversed(env: Env, receipts: Sequence[Any], reason: str) -> None:
    """Posted receipts were taken back."""
