"""What money does when orders and contracts move on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_finance.hookspecs import receivable_split
from addons.crm_finance.models import Invoice
from addons.crm_sales.hookspecs import (
    contract_in_force,
    delivery_posting,
    order_cancelled,
    order_closed,
    order_closing,
    order_confirmed,
    order_confirming,
    order_postings,
)
from addons.crm_sales.models import Delivery, Order
from addons.crm_sales.services.postings import Book
from addons.crm_sales.services.renaming import renamed
from addons.crm_sales_finance.models import FinanceOrder
from addons.crm_sales_finance.services import approving, invoices, planning, postings, releasing
from core.api import Env, LazyString, _, after_transition, after_write, before_create, implements, key_of


@implements(order_confirming)
def check_credit_of_orders(env: Env, orders: Sequence[Any]) -> None:
    """Customers owe no more than they may."""
    releasing.check_orders(env, orders)


@implements(delivery_posting)
def check_credit_of_deliveries(env: Env, deliveries: Sequence[Any]) -> None:
    """Nothing leaves for customers whose credit does not suffice."""
    ids = sorted({key for one in deliveries if (key := key_of(one, "order")) is not None})
    orders = env.sudo(_("credit of deliveries")).get_many(FinanceOrder, ids)
    releasing.check_deliveries(env, deliveries, orders)


@implements(order_confirmed)
def plan_orders(env: Env, orders: Sequence[Any]) -> None:
    """Instalments by the terms of payment."""
    planning.plan_orders(env, orders)
    confirmed = _("The order was confirmed.")
    approving.end_waiting(env, confirmed, orders=[one.id for one in orders], deliveries=())


@implements(contract_in_force)
def plan_contracts(env: Env, contracts: Sequence[Any]) -> None:
    """Instalments of contracts that are paid as a whole."""
    planning.plan_contracts(env, contracts)


@implements(order_cancelled)
def cancel_plans(env: Env, orders: Sequence[Any]) -> None:
    """Nothing is owed for a cancelled order."""
    planning.cancel_plans(env, orders)
    cancelled = _("The order was cancelled.")
    approving.end_waiting(env, cancelled, orders=[one.id for one in orders], deliveries=None)


@implements(order_closed)
def ask_for_closed_orders_no_more(env: Env, orders: Sequence[Any]) -> None:
    """Nothing of them is shipped any more."""
    closed = _("The order was closed.")
    approving.end_waiting(env, closed, orders=[one.id for one in orders], deliveries=None)


@implements(after_transition, model=Delivery)
def ask_for_ended_deliveries_no_more(env: Env, name: str, records: Sequence[Any]) -> None:
    """What was shipped or cancelled waits for nobody."""
    if name in ("post", "cancel"):
        orders = [key_of(one, "order") or 0 for one in records]
        remark = _("The delivery was shipped.") if name == "post" else _("The delivery was cancelled.")
        approving.end_waiting(env, remark, orders=orders, deliveries=[one.id for one in records])


@implements(order_closing)
def tell_what_is_to_be_received(env: Env, orders: Sequence[Any]) -> Mapping[int, Sequence[LazyString]]:
    """Closing leaves receivables collectable, and says so."""
    return planning.whats_open(orders)


@implements(receivable_split)
def keep_the_document(env: Env, old: Any, new: Sequence[Any]) -> None:
    """New instalments belong to the order or contract of the old one."""
    system = env.sudo(_("split instalment"))
    system.write(list(new), order=key_of(old, "order"), contract=key_of(old, "contract"))


@implements(before_create, model=Invoice)
def take_the_order(env: Env, rows: list[dict[str, Any]]) -> None:
    """An invoice of an instalment is one of its order."""
    invoices.take_orders(env, rows)


@implements(order_postings)
def tell_of_money(env: Env, orders: Any) -> Book:
    """Instalments, invoices, payments, losses and expenses."""
    return postings.book(env, orders)


@implements(after_write, model=Order)
@implements(after_write, model=Delivery)
def name_documents_by_their_final_numbers(
    env: Env, model: type[Any], records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """Requests for approval are called like the document that they let through."""
    approving.rename_requests(env, model, renamed(records, changes))
