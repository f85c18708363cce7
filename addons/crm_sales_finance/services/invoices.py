"""Invoicing tasks of orders (SALE-15)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_finance.models import Invoice
from addons.crm_finance.services.money import check_amount, shown
from addons.crm_finance.states import REQUESTED
from addons.crm_sales_finance.models.finance import SalesInvoice, SalesReceivable
from core.api import Env, ValidationFailed, _, func, key_of, select


def to_be_invoiced(env: Env, order: Any) -> Decimal:
    """What of the order was neither invoiced nor asked for."""
    system = env.sudo(_("invoicing tasks"))
    waiting = system.scalars(
        select(func.coalesce(func.sum(Invoice.amount), 0)).where(
            SalesInvoice.order == order.id, Invoice.state == REQUESTED
        )
    )[0]
    rest: Decimal = order.total - order.invoiced_total - waiting
    return rest


def request(env: Env, order: Any, amount: Decimal | None, due: date, note: str | None) -> Any:
    """A task for accounting to issue an invoice over so much of the order."""
    rest = to_be_invoiced(env, order)
    if rest <= 0:
        raise ValidationFailed.at("amount", _("Everything of it was invoiced or asked for already."))
    asked = rest if amount is None else amount
    check_amount(asked, order.currency)
    if asked > rest:
        raise ValidationFailed.at(
            "amount", _("Only {left} is to be invoiced.", left=shown(rest, order.currency))
        )
    return env.sudo(_("invoicing tasks")).create(
        SalesInvoice, customer=key_of(order, "customer"), order=order, currency=order.currency, amount=asked,
        wanted_on=due, remarks=note, owner=env.user_id or None,
    )  # fmt: skip


def take_orders(env: Env, rows: list[dict[str, Any]]) -> None:
    """An invoice of an instalment is one of its order."""
    without = [row for row in rows if row.get("receivable") is not None and row.get("order") is None]
    ids = {getattr(row["receivable"], "id", row["receivable"]) for row in without}
    if ids:
        found = env.sudo(_("invoicing tasks")).search(
            SalesReceivable, SalesReceivable.id.in_(ids), limit=len(ids)
        )
        known = {one.id: key_of(one, "order") for one in found}
        for row in without:
            row["order"] = known.get(getattr(row["receivable"], "id", row["receivable"]))
