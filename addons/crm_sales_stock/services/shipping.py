"""Deliveries take goods out of stock, and bring them back when they are reversed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_sales_stock.services.needs import Need, needs_of
from addons.crm_sales_stock.services.reserving import reserve_orders
from addons.crm_stock.services import papers
from addons.crm_stock.services.defaults import default_warehouse
from addons.crm_stock.services.levels import hold
from addons.crm_stock.services.reserving import places_of, release
from addons.crm_stock.states import POSTED
from core.api import Env, ValidationFailed, _, key_of, select


def ship(env: Env, deliveries: Sequence[Any]) -> None:
    """One stock-out for each delivery, after its goods were released; all levels are held from the beginning."""
    from addons.crm_stock.models import StockOut

    system = env.sudo(_("goods of deliveries"))
    places = _warehouses(system, deliveries)
    needs = _needs(system, deliveries)
    shipped = [(one, needs[one.id]) for one in deliveries if needs.get(one.id)]
    if not shipped:
        return
    everything = [(need, places[one.id]) for one, found in shipped for need in found]
    kept = places_of(system, [need.source for need, _place in everything])
    hold(system, {(need.product_id, place) for need, place in everything} | kept)
    wanted: dict[Any, Decimal | None] = {}
    for need, _place in everything:
        wanted[need.source] = (wanted.get(need.source) or Decimal(0)) + need.own
    release(system, wanted, first={need.source: place for need, place in everything})
    heads = [
        {"warehouse": places[one.id], "reason": "delivery", "source": one.number, "delivery": one.id}
        for one, _found in shipped
    ]
    made = papers.make_and_post(
        system, StockOut, heads, [[_row(need) for need in found] for _one, found in shipped]
    )
    _note_costs(system, made, 1)


def bring_back(env: Env, deliveries: Sequence[Any]) -> None:
    """Reverse the papers of these deliveries, and keep the goods for their orders again."""
    from addons.crm_sales.models import Order
    from addons.crm_stock.models import StockOut

    system = env.sudo(_("goods of reversed deliveries"))
    cls = system.info(StockOut).cls
    ids = [one.id for one in deliveries]
    found = system.scalars(
        select(cls)
        .where(cls.delivery_id.in_(ids), cls.state == POSTED, cls.reverses_id.is_(None))
        .order_by(cls.id)
    )
    if found:
        _note_costs(system, found, -1)
        papers.reverse(system, found, _("The delivery was reversed.").translate(env.language))
    orders = system.get_many(Order, sorted({key_of(one, "order") or 0 for one in deliveries}))
    reserve_orders(system, orders)


def _row(need: Need) -> dict[str, Any]:
    return {
        "product": need.product_id, "quantity": need.quantity, "unit": need.unit_id, "order_line": need.line.id,
    }  # fmt: skip


def _warehouses(env: Env, deliveries: Sequence[Any]) -> dict[int, int]:
    """The warehouse that each delivery leaves: its own, else that of its order, else the one used first."""
    from addons.crm_sales.models import Order

    orders = {one.id: one for one in env.get_many(Order, sorted({one.order_id for one in deliveries}))}
    usual, found = default_warehouse(env), {}
    for one in deliveries:
        place = key_of(one, "warehouse") or key_of(orders[one.order_id], "warehouse") or usual
        if place is None:
            raise ValidationFailed.at("warehouse", _("Please choose the warehouse that the goods leave."))
        found[one.id] = place
    return found


def _needs(env: Env, deliveries: Sequence[Any]) -> dict[int, list[Need]]:
    """What each delivery takes out of stock, with the lines in their order."""
    from addons.crm_sales.models import DeliveryLine, OrderLine

    part, line = env.info(DeliveryLine).cls, env.info(OrderLine).cls
    rows = env.rows(
        select(part.delivery_id, part.quantity, line)
        .join(line, line.id == part.line_id)
        .where(
            part.delivery_id.in_([one.id for one in deliveries]), part.deleted_at.is_(None), part.quantity > 0
        )
        .order_by(part.delivery_id, part.sequence, part.id)
    )
    found: dict[int, list[Need]] = defaultdict(list)
    taken = iter(rows)
    for need in needs_of(env, [(row[2], row[1]) for row in rows]):
        row = next(one for one in taken if one[2] is need.line and one[1] == need.quantity)
        found[row[0]].append(need)
    return found


def _note_costs(env: Env, documents: Sequence[Any], sign: int) -> None:
    """What the goods cost, on the order lines they were shipped for."""
    from addons.crm_sales.models import OrderLine
    from addons.crm_stock.models import StockOutLine

    cls = env.info(StockOutLine).cls
    rows = env.rows(
        select(cls.order_line_id, cls.posted_value).where(
            cls.document_id.in_([one.id for one in documents]), cls.deleted_at.is_(None)
        )
    )
    costs: dict[int, Decimal] = defaultdict(Decimal)
    for key, value in rows:
        if key is not None:
            costs[key] += sign * (value or Decimal(0))
    lines: list[Any] = env.get_many(OrderLine, sorted(costs))
    with env.granting(lines, "ship"):
        for line in lines:
            line.shipped_cost = (line.shipped_cost or Decimal(0)) + costs[line.id]
