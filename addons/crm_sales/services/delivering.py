"""Shipping and reversing deliveries, many at once: quantities of order lines and instalments follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_sales.hookspecs import delivery_posted, delivery_posting, delivery_reversed
from addons.crm_sales.services.call_offs import plain
from addons.crm_sales.services.people import tell_owners
from addons.crm_sales.states import (
    CONFIRMED,
    DELIVERED,
    DELIVERY_POSTED,
    DELIVERY_REVERSED,
    FULFILLED_STATES,
    RUNNING_STATES,
)
from core.api import Env, StateForbids, ValidationFailed, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Delivery, Order


@dataclass(frozen=True, slots=True)
class Shipment:
    """Locked orders, the rows of their deliveries, and the locked order lines by id."""

    orders: list[Any]
    rows: list[Any]
    lines: dict[int, Any]


def post(env: Env, deliveries: Sequence[Delivery]) -> None:
    """The goods leave. More than is open is refused, and so is everything when one line is."""
    shipment = checked(env, deliveries)
    delivery_posting(env=env, deliveries=deliveries)
    note_shipped(env, deliveries, shipment)
    delivery_posted(env=env, deliveries=deliveries)
    advance(env, shipment)
    tell_owners(
        env, shipment.orders, _("Goods of the order {number} were shipped."),
        _("Goods of {n} of your orders were shipped."),
    )  # fmt: skip


def checked(env: Env, deliveries: Sequence[Delivery]) -> Shipment:
    """Orders and order lines, locked; nothing is shipped that is not open."""
    system = env.sudo(_("shipped deliveries"))
    orders = _locked_orders(system, deliveries, FULFILLED_STATES)
    rows = _rows(system, deliveries)
    _refuse_empty(deliveries, rows)
    lines = _locked_lines(system, rows)
    _refuse_strangers(deliveries, rows, lines)
    _refuse_too_much(rows, lines)
    return Shipment(orders, rows, lines)


def note_shipped(env: Env, deliveries: Sequence[Delivery], shipment: Shipment) -> None:
    """What shipping changes within this addon: delivered quantities of lines and instalments."""
    _move(env.sudo(_("shipped deliveries")), shipment.rows, shipment.lines, 1)
    for delivery in deliveries:
        delivery.posted_at, delivery.state = env.now.astimezone(UTC), DELIVERY_POSTED
    env.flush("post")


def advance(env: Env, shipment: Shipment) -> None:
    """The first shipment begins the fulfilment of an order, the last one completes it."""
    from addons.crm_sales.models import Order

    system = env.sudo(_("shipped deliveries"))
    complete = [order for order in shipment.orders if not order.open_lines]
    begun = [order for order in shipment.orders if order.open_lines and order.state == CONFIRMED]
    if complete:
        system.run(Order.complete_delivery, complete)
    if begun:
        system.run(Order.begin_fulfilment, begun)


def reverse(env: Env, deliveries: Sequence[Delivery], reason: str) -> None:
    """The goods are back; their lines and instalments are open again."""
    from addons.crm_sales.models import Order

    system = env.sudo(_("reversed deliveries"))
    orders = _locked_orders(system, deliveries, RUNNING_STATES)
    rows = _rows(system, deliveries)
    _move(system, rows, _locked_lines(system, rows), -1)
    for delivery in deliveries:
        delivery.reversed_at, delivery.reverse_reason = env.now.astimezone(UTC), reason
        delivery.state = DELIVERY_REVERSED
    env.flush("reverse")
    delivery_reversed(env=env, deliveries=deliveries)
    delivered = [order for order in orders if order.state == DELIVERED and order.open_lines]
    if delivered:
        system.run(Order.reopen_delivery, delivered)
    tell_owners(
        env, orders, _("A delivery of the order {number} was reversed."),
        _("Deliveries of {n} of your orders were reversed."),
    )  # fmt: skip


def note_complete(env: Env, orders: Sequence[Order]) -> None:
    """The day on which the last goods left."""
    for order in orders:
        order.delivered_on = env.today


def _locked_orders(system: Env, deliveries: Sequence[Any], states: Sequence[Any]) -> list[Any]:
    from addons.crm_sales.models import Order

    orders: list[Any] = system.lock(Order, list({key_of(one, "order") or 0 for one in deliveries}))
    for order in orders:
        if order.state not in states:
            text = _(
                "The order {number} is in the state “{state}”.", number=order.number, state=order.state.label
            )
            raise StateForbids(text)
    return orders


def _rows(system: Env, deliveries: Sequence[Any]) -> list[Any]:
    from addons.crm_sales.models import DeliveryLine

    ids = [one.id for one in deliveries]
    found = select(DeliveryLine).where(DeliveryLine.delivery.in_(ids))
    return system.scalars(found.order_by(DeliveryLine.sequence, DeliveryLine.id))


def _locked_lines(system: Env, rows: Sequence[Any]) -> dict[int, Any]:
    from addons.crm_sales.models import OrderLine

    return {one.id: one for one in system.lock(OrderLine, list({row.line_id for row in rows}))}


def _refuse_empty(deliveries: Sequence[Any], rows: Sequence[Any]) -> None:
    filled = {row.delivery_id for row in rows if row.quantity}
    for delivery in deliveries:
        if delivery.id not in filled:
            raise ValidationFailed({"": [_("The delivery {number} ships nothing.", number=delivery.number)]})


def _refuse_strangers(deliveries: Sequence[Any], rows: Sequence[Any], lines: dict[int, Any]) -> None:
    """A delivery ships lines of its own order."""
    orders = {one.id: key_of(one, "order") for one in deliveries}
    for row in rows:
        if key_of(lines[row.line_id], "document") != orders[row.delivery_id]:
            raise ValidationFailed({"": [_("A delivery ships products of its own order only.")]})


def _refuse_too_much(rows: Sequence[Any], lines: dict[int, Any]) -> None:
    asked: dict[int, Decimal] = {}
    for row in rows:
        asked[row.line_id] = asked.get(row.line_id, Decimal(0)) + row.quantity
    for key, quantity in asked.items():
        line = lines[key]
        if quantity > line.open_quantity:
            text = _(
                "Of “{product}” {asked} are to be shipped, and only {left} are open.",
                product=str(line.product), asked=plain(quantity), left=plain(line.open_quantity),
            )  # fmt: skip
            raise ValidationFailed({"": [text]})


def _move(system: Env, rows: Sequence[Any], lines: dict[int, Any], sign: int) -> None:
    """Delivered quantities go up, or down again, on order lines and on their instalments."""
    from addons.crm_sales.models import DeliveryPlan

    planned = select(DeliveryPlan).where(DeliveryPlan.line.in_(list(lines)))
    planned = planned.order_by(DeliveryPlan.due_on, DeliveryPlan.id)
    instalments = system.scalars(planned)
    plan: dict[int, list[Any]] = {}
    for one in instalments:
        plan.setdefault(one.line_id, []).append(one)
    with system.granting([*lines.values(), *instalments], "deliver"):
        for row in rows:
            lines[row.line_id].delivered += sign * row.quantity
            mine = plan.get(row.line_id, [])
            named = [one for one in mine if one.id == row.instalment_id]
            others = [one for one in mine if one.id != row.instalment_id]
            _spread(system, named + (others if sign > 0 else others[::-1]), row.quantity, sign)


def _spread(system: Env, instalments: Sequence[Any], quantity: Decimal, sign: int) -> None:
    """The named instalment first, then the first due ones; what comes back leaves the last due ones first."""
    for one in instalments:
        room = one.quantity - one.delivered if sign > 0 else one.delivered
        part = min(max(room, Decimal(0)), quantity)
        if part:
            one.delivered += sign * part
            one.delivered_on = system.today if one.delivered >= one.quantity else None
            quantity -= part
