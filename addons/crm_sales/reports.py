"""The account of orders with all postings (SALE-20, R-58)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from addons.crm_base.models import Customer
from addons.crm_sales.models import Delivery, Order, OrderCost, OrderLine
from addons.crm_sales.services.account import Period
from addons.crm_sales.services.account_pages import AccountPages
from core.api import (
    Answers,
    Env,
    Linked,
    Report,
    ReportPage,
    ReportPaper,
    User,
    ValidationFailed,
    _,
    ask,
    column,
    side,
)  # fmt: skip

KINDS: Final = [
    ("brought", _("Brought forward")), ("closing", _("Balance")), ("confirmed", _("Confirmation")),
    ("cancelled", _("Cancellation")), ("delivery", _("Delivery")), ("return", _("Return")), ("cost", _("Cost")),
]  # fmt: skip
DETAILS: Final = [("all", _("All postings")), ("sums", _("Sums only"))]


def beginning_of_year(env: Env) -> date:
    """The first day of the company's present year."""
    return env.today.replace(month=1, day=1)


def account_pages(env: Env, answers: Answers, limit: int, after: str | None) -> ReportPage:
    """Of one order or customer the postings of the period, with what came before brought forward; else the whole
    accounts of the orders of the period.
    """
    since, until = answers["since"], answers["until"]
    if since is not None and until is not None and until < since:
        raise ValidationFailed.at("until", _("The last day lies before the first one."))
    one: Any = env.info(Order).cls
    wanted = {
        one.id: answers["sales_order"],
        one.customer_id: answers["customer"],
        one.owner_id: answers["salesperson"],
    }
    where = [field == value for field, value in wanted.items() if value is not None]
    is_named = answers["sales_order"] is not None or answers["customer"] is not None
    if not is_named:
        where += [one.ordered_on >= since] if since is not None else []
        where += [one.ordered_on <= until] if until is not None else []
    period = Period(since, until) if is_named else Period(None, None)
    return AccountPages(env, where, period, answers.shown, answers["detail"] == "sums").page(limit, after)


def _amount(key: str, label: Any, *fields: Any, sparse: bool = False) -> Any:
    return column(key, label, Decimal, currency="currency", field=fields, sparse=sparse)


_DELIVERED: Final = (Order.delivered_amount, (OrderLine, "gross"))

ORDER_ACCOUNT = Report(
    "crm_sales.order_account", _("Order account"), right=("read", Order), reads=(Delivery,), needs=(Order.ordered_on,),
    parameters=[
        ask("sales_order", Order, _("Sales order"), required=False),
        ask("customer", Customer, _("Customer"), required=False, field=(Order, "customer")),
        ask("salesperson", User, _("Salesperson"), required=False, field=(Order, "owner")),
        ask("since", date, _("From"), required=False, default=beginning_of_year),
        ask("until", date, _("To"), required=False),
        ask("detail", str, _("Rows"), choices=DETAILS, default="all"),
    ],
    columns=[
        column("sales_order", _("Sales order"), Order, unless="sales_order"), column("day", _("Date"), date),
        column("kind", _("Kind"), str, choices=KINDS, sortable=False),
        column("document", _("Document"), Linked, under="kind"),
        _amount("ordered", _("Ordered"), (Order, "total")), _amount("delivered", _("Delivered"), *_DELIVERED),
        _amount("returned", _("Returned"), *_DELIVERED, sparse=True),
        _amount("to_deliver", _("Still to deliver"), (Order, "total"), *_DELIVERED),
        column("cost", _("Order costs"), Decimal, money=True, field=OrderCost.amount, internal=True,
               sparse=True),
        column("text", _("Summary"), str, internal=True, sparse=True, under="kind"),
        column("currency", _("Currency"), str, field=(Order, "currency"), internal=True),
    ],
    pages=account_pages, strong=("kind", "brought", "closing"),
    paper=ReportPaper(
        number=("sales_order",), head=("since", "until"),
        sides=[
            side(_("Seller")), side(_("Customer"), "customer", Customer.region, Customer.phone),
            side(_("Sales order"), "sales_order", Order.customer, Order.ordered_on, Order.customer_reference),
        ],
        signatures=[_("Seller"), _("Customer")],
    ),
    note=_("With a sales order or a customer, the period is that of the postings, and what came before is brought "
           "forward. Else it chooses orders by their date, and their accounts are whole. Postings and amounts that you "
           "may not see are in no sum."),
)  # fmt: skip
