"""Receivable plans of the orders of the demonstration, by the terms of payment of their customers; one draft order is
beyond the credit of its customer, and waits for an approval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from addons.crm_base.services.demo_people import demo_people
from addons.crm_finance.models import FinanceCustomer
from addons.crm_finance.services.credit import standings
from addons.crm_sales.models import Order
from addons.crm_sales.states import DRAFT, RUNNING_STATES
from addons.crm_sales_finance.models import SalesCustomer
from addons.crm_sales_finance.services.approving import ask_for_order
from addons.crm_sales_finance.services.cases import cases_of_orders, stops_of
from addons.crm_sales_finance.services.planning import plan_orders
from core.api import Env, company_language, demo, key_of, select

TERMS: Final[Sequence[Mapping[str, Any]]] = (
    {"settlement": "order", "payment_days": 30},
    {"settlement": "order", "payment_days": 45, "advance_percent": Decimal(30)},
    {"settlement": "parts", "payment_days": 15, "payment_parts": 3},
)
"""How customers pay, in turn."""
ROUND: Final = Decimal(1000)
REASONS: Final[Mapping[str, str]] = {
    "zh_CN": "客户承诺周五前付清上一笔货款，交货期不能再推迟。",
    "en": "They have promised to settle the last invoice by Friday, and the delivery date cannot move.",
}


@demo
def plans_of_orders(env: Env) -> None:
    """Instalments of orders that run, as if they had been confirmed with receivables in use."""
    if not demo_people(env):
        return
    orders = env.scalars(select(Order).where(Order.state.in_(RUNNING_STATES)).order_by(Order.id))
    buyers = sorted({key for one in orders if (key := key_of(one, "customer")) is not None})
    for turn, terms in enumerate(TERMS):
        if some := env.get_many(SalesCustomer, buyers[turn :: len(TERMS)]):
            env.write(some, **terms)
    plan_orders(env, orders)
    ask_for_credit(env)


def ask_for_credit(env: Env) -> None:
    """The latest draft order is half beyond what its customer may owe: its salesperson asks for an approval."""
    drafts = select(Order).where(Order.state == DRAFT, Order.company_total > 0, Order.owner.is_not(None))
    order: Any = next(iter(env.scalars(drafts.order_by(Order.id.desc()).limit(1))), None)
    if order is None:
        return
    buyer, seller = key_of(order, "customer") or 0, key_of(order, "owner") or 0
    env.write(env.get(FinanceCustomer, buyer), credit_limit=Decimal(0))
    fitting = standings(env, {buyer})[buyer].used + order.company_total / 2
    env.write(env.get(FinanceCustomer, buyer), credit_limit=max(fitting // ROUND * ROUND, Decimal(0)))
    if stops_of(env, cases_of_orders([order])):
        asking = env.sudo("demonstration data")
        asking.user_id = asking.real_user_id = seller
        language = company_language(env)
        ask_for_order(asking, order, REASONS.get(language, REASONS["en"]))
