"""What orders lack: for production, for purchase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_sales.states import FULFILLED_STATES
from addons.crm_sales_stock.services.needs import lines_of, open_needs
from addons.crm_stock.services import production
from addons.crm_stock.services.defaults import default_warehouse
from addons.crm_stock.services.reserving import kept_for
from core.api import Env, StateForbids, _, func, key_of, select


@dataclass(frozen=True, slots=True)
class Missing:
    """What an order line needs beyond what is kept for it and what is being made, in the product's unit."""

    order: int
    line: int
    product: int
    warehouse: int
    quantity: Decimal


def goods_missing(env: Env, orders: Sequence[Any] | None = None) -> list[Missing]:
    """What these orders lack, or all that are being worked on: for purchase proposals."""
    from addons.crm_sales.models import Order

    system = env.sudo(_("goods that orders lack"))
    if orders is None:
        cls = system.info(Order).cls
        orders = system.scalars(select(cls).where(cls.state.in_(FULFILLED_STATES), cls.deleted_at.is_(None)))
    needs = open_needs(system, lines_of(system, orders))
    kept = kept_for(system, [need.source for need in needs])
    made, usual = _being_made(system, [need.line.id for need in needs]), default_warehouse(system)
    by_id = {one.id: one for one in orders}
    found = []
    for need in needs:
        order = by_id[need.line.document_id]
        lacking = need.own - kept.get(need.source, Decimal(0)) - made.get(need.line.id, Decimal(0))
        place = key_of(order, "warehouse") or usual
        if lacking > 0 and place is not None:
            found.append(Missing(order.id, need.line.id, need.product_id, place, lacking))
    return found


def produce(env: Env, order: Any, remark: str | None) -> None:
    """A running production request for each line that lacks goods."""
    from addons.crm_stock.models import ProductionRequest

    if order.state not in FULFILLED_STATES:
        raise StateForbids(_("Goods are made for confirmed orders."))
    lacking = goods_missing(env, [order])
    if not lacking:
        raise StateForbids(_("The order {number} lacks nothing.", number=order.number))
    system = env.sudo(_("production for an order"))
    ids = system.create_many(ProductionRequest, [
        {"product": one.product, "warehouse": one.warehouse, "quantity": one.quantity, "order_line": one.line,
         "source": order.number, "due": order.deliver_on, "remarks": remark}
        for one in lacking
    ])  # fmt: skip
    requests: list[Any] = system.get_many(ProductionRequest, ids)
    production.begin(system, requests)


def _being_made(env: Env, lines: Sequence[int]) -> dict[int, Decimal]:
    """What running production requests are going to bring, by order line."""
    from addons.crm_stock.models import ProductionRequest
    from addons.crm_stock.states import IN_PRODUCTION, WANTED

    cls = env.info(ProductionRequest).cls
    rows = env.rows(
        select(cls.order_line_id, func.sum(cls.open_quantity))
        .where(cls.order_line_id.in_(lines), cls.state.in_([WANTED, IN_PRODUCTION]), cls.deleted_at.is_(None))
        .group_by(cls.order_line_id)
    )
    return {row[0]: row[1] for row in rows}
