"""Receivable plans of orders and contracts: made, cancelled; what is open of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_finance.models import Invoice, Receivable
from addons.crm_finance.services.money import shown
from addons.crm_finance.states import CANCELLED, REQUESTED
from addons.crm_sales.models import DeliveryPlan, OrderLine
from addons.crm_sales_finance.models import SalesCustomer, SalesInvoice, SalesReceivable
from addons.crm_sales_finance.services.terms import due_dates, terms_of
from core.api import Env, LazyString, _, key_of, select


def plan_orders(env: Env, orders: Sequence[Any]) -> int:
    """Instalments of orders that have none, and whose contract has none. Gives how many were made."""
    system = env.sudo(_("receivable plans"))
    planned = planned_of(system, "order", [order.id for order in orders])
    called_off = planned_of(system, "contract", [key for one in orders if (key := key_of(one, "contract"))])
    wanted = [one for one in orders if one.id not in planned and key_of(one, "contract") not in called_off]
    deliveries = _deliveries(system, wanted)
    customers = _customers(system, wanted)
    rows: list[dict[str, Any]] = []
    for order in wanted:
        terms = terms_of(order, customers[key_of(order, "customer") or 0])
        dues = due_dates(terms, order.total, order.currency, order.ordered_on, deliveries.get(order.id, ()))
        rows += _rows(order, dues, order.number, order.ordered_on, "order")
    system.create_many(Receivable, rows)
    return len(rows)


def plan_contracts(env: Env, contracts: Sequence[Any]) -> None:
    """Instalments of contracts that say how they are paid; orders called off from them make none then."""
    system = env.sudo(_("receivable plans"))
    customers = _customers(system, contracts)
    rows: list[dict[str, Any]] = []
    for one in contracts:
        if one.settlement in (None, "none"):
            continue
        terms = terms_of(one, customers[key_of(one, "customer") or 0])
        rows += _rows(one, due_dates(terms, one.total, one.currency, one.starts_on, ()), one.number, one.starts_on,
                      "contract")  # fmt: skip
    system.create_many(Receivable, rows)


def _rows(document: Any, dues: Sequence[Any], number: str, booked: date, link: str) -> list[dict[str, Any]]:
    count = len(dues)
    return [
        {"title": f"{number} {n}/{count}", "source": number, "customer": key_of(document, "customer"),
         "owner": key_of(document, "owner"), "booked_on": booked, "due_on": one.day, "amount": one.amount,
         "currency": document.currency, "exchange_rate": document.exchange_rate, link: document}
        for n, one in enumerate(dues, start=1)
    ]  # fmt: skip


def planned_of(system: Env, link: str, ids: Sequence[int]) -> set[int]:
    """Documents that have instalments which are in force."""
    if not ids:
        return set()
    of: Any = getattr(system.info(SalesReceivable).cls, f"{link}_id")
    return set(system.scalars(select(of).where(of.in_(ids), Receivable.state != CANCELLED).distinct()))


def _customers(system: Env, documents: Sequence[Any]) -> Mapping[int, Any]:
    ids = sorted({key for one in documents if (key := key_of(one, "customer")) is not None})
    return {one.id: one for one in system.get_many(SalesCustomer, ids)}


def _deliveries(system: Env, orders: Sequence[Any]) -> dict[int, list[tuple[date, Decimal]]]:
    """Days of the delivery plans, and what is delivered on each for how much: one statement for all orders."""
    plan, line = system.info(DeliveryPlan).cls, system.info(OrderLine).cls
    in_all = line.open_quantity + line.delivered
    rows = system.rows(
        select(plan.order_id, plan.due_on, line.gross * plan.quantity / in_all)
        .join(line, line.id == plan.line_id)
        .where(plan.order_id.in_([one.id for one in orders]), in_all > 0)
        .order_by(plan.due_on)
    )
    found: dict[int, list[tuple[date, Decimal]]] = {}
    for order, day, amount in rows:
        found.setdefault(order, []).append((day, amount))
    return found


def cancel_plans(env: Env, orders: Sequence[Any]) -> None:
    """Nothing is owed any more, nor to be invoiced. What was received has to be released or refunded first."""
    system = env.sudo(_("cancelled orders"))
    ids = [one.id for one in orders]
    owed = system.scalars(
        select(Receivable.id).where(SalesReceivable.order.in_(ids), Receivable.state != CANCELLED)
    )
    reason = _("The order was cancelled.").translate(env.language)
    system.run(Receivable.cancel, system.get_many(Receivable, owed), reason=reason)
    wanted = system.scalars(select(Invoice.id).where(SalesInvoice.order.in_(ids), Invoice.state == REQUESTED))
    for one in system.get_many(Invoice, wanted):
        system.run(Invoice.void, [one], reason=reason)


def whats_open(orders: Sequence[Any]) -> dict[int, list[LazyString]]:
    """What closing an order leaves to be collected; it stays collectable."""
    return {
        one.id: [_("{amount} is not received yet; it stays to be collected.",
                   amount=shown(one.receivable_open, one.currency))]
        for one in orders if one.receivable_open
    }  # fmt: skip
