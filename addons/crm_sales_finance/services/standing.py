"""What is left to do of the money of an order: its steps are offered by it."""

from __future__ import annotations

from typing import Any

from addons.crm_finance.services.invoicing import is_more_than_invoiced
from addons.crm_finance.states import CANCELLED
from core.api import Where, and_, exists, func, or_, select


def leaves_a_rest(env: Any) -> Where:
    """Something of the order was neither invoiced nor asked for yet."""
    from addons.crm_sales_finance.models import FinanceOrder, SalesInvoice

    its_own = env.info(SalesInvoice).cls.order_id == FinanceOrder.id
    return is_more_than_invoiced(env, FinanceOrder.total, FinanceOrder.invoiced_total, its_own)


def lacks_a_plan(env: Any) -> Where:
    """Neither the order nor its contract has instalments in force, and it is not settled by hand."""
    from addons.crm_sales_finance.models import FinanceOrder, SalesCustomer, SalesReceivable

    order, receivable = env.info(FinanceOrder).cls, env.info(SalesReceivable).cls
    customer = env.info(SalesCustomer).cls
    planned = select(receivable.id).where(
        or_(receivable.order_id == order.id, receivable.contract_id == order.contract_id),
        receivable.state != CANCELLED, receivable.deleted_at.is_(None),
    )  # fmt: skip
    usual = select(customer.settlement).where(customer.id == order.customer_id).scalar_subquery()
    terms = func.coalesce(order.settlement, usual, "")
    return and_(~exists(planned), terms != "none")
