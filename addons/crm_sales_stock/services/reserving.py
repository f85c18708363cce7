"""Goods are kept for orders: as many as there are, line by line; the rest is short."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_sales.states import FULFILLED_STATES
from addons.crm_sales_stock.services.needs import LINE, Need, lines_of, open_needs
from addons.crm_stock.services.defaults import default_warehouse
from addons.crm_stock.services.reserving import Claim, kept_for, release, reserve
from core.api import Env, StateForbids, _, key_of


def reserve_orders(env: Env, orders: Sequence[Any]) -> Decimal:
    """Keep goods for everything that is open of these orders and not kept yet; gives how much was there to be kept."""
    system = env.sudo(_("goods for orders"))
    by_id = {one.id: one for one in orders}
    needs = open_needs(system, lines_of(system, orders))
    kept = kept_for(system, [need.source for need in needs])
    usual = default_warehouse(system)
    claims = [claim for need in needs if (claim := _claim(need, by_id, kept, usual)) is not None]
    return sum(reserve(system, claims, whole=False), Decimal(0))


def _claim(need: Need, orders: dict[int, Any], kept: dict[Any, Decimal], usual: int | None) -> Claim | None:
    order = orders[need.line.document_id]
    warehouse, lacking = key_of(order, "warehouse") or usual, need.own - kept.get(need.source, Decimal(0))
    if warehouse is None or lacking <= 0:
        return None
    return Claim(
        need.product_id, warehouse, lacking, need.source, order.number, values={"order_line": need.line.id}
    )


def reserve_again(env: Env, order: Any) -> None:
    """The same for one order that is being worked on."""
    if order.state not in FULFILLED_STATES:
        raise StateForbids(_("Goods are kept for confirmed orders."))
    if not reserve_orders(env, [order]):
        text = _("Of what the order {number} lacks nothing is there to be kept.", number=order.number)
        raise StateForbids(text)


def release_orders(env: Env, orders: Sequence[Any]) -> None:
    """Give up everything that is kept for these orders."""
    system = env.sudo(_("goods of orders"))
    release(system, {(LINE, line.id): None for line in lines_of(system, orders)})


def release_again(env: Env, order: Any) -> None:
    """The same for one order that is being worked on."""
    lines = lines_of(env.sudo(_("goods of orders")), [order])
    if not any(kept_for(env, [(LINE, line.id) for line in lines]).values()):
        raise StateForbids(_("Nothing is kept for the order {number}.", number=order.number))
    release_orders(env, [order])
