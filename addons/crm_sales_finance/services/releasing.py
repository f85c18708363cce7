"""Orders of customers whose credit is used up wait for somebody who may release them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.credit import check_credit
from core.api import Env, LazyString, ValidationFailed, _, key_of


def check_orders(env: Env, orders: Sequence[Any]) -> None:
    """Refuse orders with which a customer would owe more than allowed, unless they were released."""
    wanted: dict[int, Decimal] = {}
    for one in orders:
        if not one.credit_released:
            customer = key_of(one, "customer") or 0
            wanted[customer] = wanted.get(customer, Decimal(0)) + one.company_total
    _refuse(check_credit(env, wanted) if wanted else {})


def check_deliveries(env: Env, deliveries: Sequence[Any], orders: Sequence[Any]) -> None:
    """Nothing is shipped to customers who are overdue for too long, unless the order was released."""
    released = {one.id for one in orders if one.credit_released}
    wanted = {
        key_of(one, "customer") or 0: Decimal(0) for one in deliveries if key_of(one, "order") not in released
    }
    _refuse(check_credit(env, wanted) if wanted else {})


def _refuse(problems: dict[int, LazyString]) -> None:
    if problems:
        how = _("Somebody who may release credit has to release the order first.")
        raise ValidationFailed({"": [*problems.values(), how]})


def release(env: Env, order: Any, reason: str) -> None:
    """The order may be confirmed and delivered all the same; the salesperson is told."""
    order.credit_released, order.credit_reason = True, reason
    owner = key_of(order, "owner")
    if owner not in (None, env.user_id):
        env.notify([owner], _("The credit of the order {number} was released.", number=order.number), order)
