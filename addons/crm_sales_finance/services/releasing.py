"""Orders and deliveries of customers whose credit does not suffice wait for an approval, or for a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_sales_finance.services import approving
from addons.crm_sales_finance.services.cases import (
    Case,
    Stop,
    cases_of_deliveries,
    cases_of_orders,
    stops_of,
)  # fmt: skip
from core.api import Env, LazyString, Method, ValidationFailed, _, key_of


def check_orders(env: Env, orders: Sequence[Any]) -> None:
    """Refuse orders with which a customer would owe more than allowed, unless they were approved or released."""
    from addons.crm_sales_finance.models import FinanceOrder

    released = {one.id for one in orders if _is_released(one)}
    _check(env, cases_of_orders(orders), released, FinanceOrder.ask_for_credit)


def check_deliveries(env: Env, deliveries: Sequence[Any], orders: Sequence[Any]) -> None:
    """Nothing is shipped to customers who are overdue for too long, or beyond the limit, unless it may all the same."""
    from addons.crm_sales_finance.models import CreditDelivery

    released = {one.id for one in orders if one.credit_released}
    _check(env, cases_of_deliveries(env, deliveries, orders), released, CreditDelivery.ask_for_credit)


def _is_released(order: Any) -> bool:
    """A release is for the order as it was: not for more."""
    upto = order.credit_released_to
    return order.credit_released and (upto is None or order.company_total <= upto)


def _check(env: Env, cases: Sequence[Case], released: set[int], asking: Method[..., Any]) -> None:
    stops = [one for one in stops_of(env, cases) if one.case.order not in released]
    left: list[Stop] = []
    for stop, request in zip(stops, approving.approvals_of(env, stops), strict=True):
        if request is None:
            left.append(stop)
        else:
            stop.case.document.credit_request_id = request.id
    if left:
        raise _refusal(env, left, asking)


def _refusal(env: Env, stops: Sequence[Stop], asking: Method[..., Any]) -> ValidationFailed:
    """Why, and what can be done: whoever is stopped may ask for an approval."""
    waiting = approving.waiting_for(env, stops)
    asked = [one for one in stops if any(approving.fits(request, one) for request in waiting)]
    open_ = [one for one in stops if one not in asked]
    texts: list[LazyString] = list(dict.fromkeys(text for one in stops for text in one.standing.problems))
    for one in asked:
        texts.append(_("An approval for {number} was asked for already and waits.", number=one.case.number))
    if open_:
        texts.append(_("You can ask for an approval."))
    refusal = ValidationFailed({"": texts}, texts[0])
    refusal.ways_out = [(asking, one.case.document) for one in open_]
    return refusal


def release(env: Env, order: Any, reason: str) -> None:
    """The order may be confirmed and delivered all the same; the salesperson is told, and nobody is asked any more."""
    order.credit_released, order.credit_reason = True, reason
    order.credit_released_to = order.company_total
    approving.end_waiting(env, _("The credit of the order was released."), orders=[order.id], deliveries=None)
    owner = key_of(order, "owner")
    if owner not in (None, env.user_id):
        env.notify([owner], _("The credit of the order {number} was released.", number=order.number), order)
