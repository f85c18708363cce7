"""Draft deliveries of what is open (SALE-10, SALE-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_sales.states import DELIVERY_DRAFT
from core.api import Env, StateForbids, Where, _, func, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Delivery, Order


def prepare(env: Env, orders: Sequence[Order], until: date | None) -> list[Delivery]:
    """One draft for each order, with what is due until a day, or with everything that is open.

    What other drafts are going to ship is left out. Quantities can be lowered before shipping.
    """
    from addons.crm_sales.models import Delivery, DeliveryLine

    system = env.sudo(_("delivery of an order"))
    due = _open_instalments(system, orders, until)
    for order in orders:
        if not due.get(order.id):
            text = _(
                "Of the order {number} nothing is due that is not being delivered already.",
                number=order.number,
            )
            raise StateForbids(text)
    heads = [
        {"order": order, "customer": key_of(order, "customer"), "ship_to": key_of(order, "ship_to"),
         "planned_on": env.today}
        for order in orders
    ]  # fmt: skip
    ids = system.create_many(Delivery, heads)
    rows = [
        {"delivery": key, "sequence": 10 * place, "line": one.line_id, "instalment": one, "quantity": quantity}
        for key, order in zip(ids, orders, strict=True)
        for place, (one, quantity) in enumerate(due[order.id], start=1)
    ]  # fmt: skip
    system.create_many(DeliveryLine, rows)
    return system.get_many(Delivery, ids)


def _open_instalments(
    system: Env, orders: Sequence[Order], until: date | None
) -> dict[int, list[tuple[Any, Decimal]]]:
    """By order id, (instalment, quantity) of what is neither shipped nor in a draft, the first due first."""
    from addons.crm_sales.models import DeliveryPlan, OrderLine

    plan: Any = system.info(DeliveryPlan).cls
    line: Any = system.info(OrderLine).cls
    statement = (
        select(plan)
        .join(line, line.id == plan.line_id)
        .where(plan.order_id.in_([order.id for order in orders]), plan.is_open.is_(True))
        .order_by(plan.due_on, line.sequence, plan.id)
    )
    if until is not None:
        statement = statement.where(plan.due_on <= until)
    reserved = _in_drafts(system, orders)
    found: dict[int, list[tuple[Any, Decimal]]] = {}
    for one in system.scalars(statement):
        taken = min(reserved.get(one.line_id, Decimal(0)), one.open_quantity)
        reserved[one.line_id] = reserved.get(one.line_id, Decimal(0)) - taken
        if one.open_quantity > taken:
            found.setdefault(one.order_id, []).append((one, one.open_quantity - taken))
    return found


def _in_drafts(system: Env, orders: Sequence[Order]) -> dict[int, Decimal]:
    """By order line, how much other drafts are going to ship."""
    from addons.crm_sales.models import Delivery, DeliveryLine

    row: Any = system.info(DeliveryLine).cls
    delivery: Any = system.info(Delivery).cls
    statement = (
        select(row.line_id, func.sum(row.quantity))
        .join(delivery, delivery.id == row.delivery_id)
        .where(delivery.order_id.in_([order.id for order in orders]), delivery.state == DELIVERY_DRAFT)
        .where(row.deleted_at.is_(None), delivery.deleted_at.is_(None))
        .group_by(row.line_id)
    )
    return dict(system.rows(statement))


def tell_products(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """What a line ships, with its options, is said by the order line: for all rows in one statement."""
    line: Any = env.info("crm_sales.order_line").cls
    ids = {getattr(row.get("line"), "id", row.get("line")) for row in rows}
    found = env.rows(select(line.id, line.product_id, line.chosen).where(line.id.in_(ids - {None})))
    known = {key: {"product": product, "chosen": chosen} for key, product, chosen in found}
    for row in rows:
        row.update(known.get(getattr(row.get("line"), "id", row.get("line")), {}))


def lines_of_the_order(env: Env, values: Mapping[str, Any]) -> Where:
    """Lines of the order that is delivered."""
    from addons.crm_sales.models import OrderLine

    of_order: Where = OrderLine.document == values.get("delivery.order")
    return of_order


def instalments_of_the_order(env: Env, values: Mapping[str, Any]) -> Where:
    """Instalments of the order that is delivered."""
    from addons.crm_sales.models import DeliveryPlan

    of_order: Where = DeliveryPlan.order == values.get("delivery.order")
    return of_order
