"""What is looked at when credit is checked: an order that is confirmed, a delivery that is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.credit import Standing, standings
from addons.crm_product.services.amounts import half_up
from addons.crm_sales_finance.services.planning import planned_of
from core.api import Env, _, company_currency, decimals_of, func, key_of, select


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its `amount`; `wanted` is what of it does not count as owed yet. In company currency."""

    document: Any
    number: str
    customer: int
    order: int
    delivery: int | None
    amount: Decimal
    wanted: Decimal


@dataclass(frozen=True, slots=True)
class Stop:
    """A document that the credit of its customer does not suffice for."""

    case: Case
    standing: Standing


def cases_of_orders(orders: Sequence[Any]) -> list[Case]:
    """Orders that are not confirmed: nothing of them is owed yet."""
    return [
        Case(
            one, one.number, key_of(one, "customer") or 0, one.id, None, one.company_total, one.company_total
        )
        for one in orders
    ]


def cases_of_deliveries(env: Env, deliveries: Sequence[Any], orders: Sequence[Any]) -> list[Case]:
    """Deliveries of `orders`. What is planned as receivable is owed since confirmation; of orders without a plan, all
    that is delivered comes on top.
    """
    system = env.sudo(_("credit of deliveries"))
    known = {one.id: one for one in orders}
    contracts = {one.id: key_of(one, "contract") for one in orders}
    planned = planned_of(system, "order", list(known))
    called_off = planned_of(
        system, "contract", sorted({key for key in contracts.values() if key is not None})
    )
    counted = {key for key, contract in contracts.items() if key in planned or contract in called_off}
    values, decimals = _values(system, deliveries), decimals_of(company_currency(env))
    found: list[Case] = []
    for one in deliveries:
        order = known[key_of(one, "order") or 0]
        amount = half_up(values.get(one.id, Decimal(0)) * order.exchange_rate, decimals)
        before = half_up(order.delivered_amount * order.exchange_rate, decimals)
        wanted = Decimal(0) if order.id in counted else amount + before
        counted_before = [each for each in found if each.order == order.id]
        wanted -= before if counted_before and wanted else Decimal(0)
        customer = key_of(one, "customer") or 0
        found.append(Case(one, one.number, customer, order.id, one.id, amount, wanted))
    return found


def _values(system: Env, deliveries: Sequence[Any]) -> dict[int, Decimal]:
    """What the goods of each delivery cost the customer, in the currency of the order."""
    from addons.crm_sales.models import DeliveryLine, OrderLine

    row, line = system.info(DeliveryLine).cls, system.info(OrderLine).cls
    in_all = line.open_quantity + line.delivered
    rows = system.rows(
        select(row.delivery_id, func.sum(line.gross * row.quantity / in_all))
        .join(line, line.id == row.line_id)
        .where(row.delivery_id.in_([one.id for one in deliveries]), in_all > 0)
        .group_by(row.delivery_id)
    )
    return dict(rows)


def stops_of(env: Env, cases: Sequence[Case]) -> list[Stop]:
    """Those of the documents that the credit does not suffice for, one after the other as they would take effect."""
    found: list[Stop] = []
    now = standings(env, {one.customer for one in cases})
    for one in cases:
        if (before := now.get(one.customer)) is None:
            continue
        now[one.customer] = before.further(one.wanted)
        standing = now[one.customer] if one.wanted > 0 else before.without_more()
        if standing.problems:
            found.append(Stop(one, standing))
    return found
