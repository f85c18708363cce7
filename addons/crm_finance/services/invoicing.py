"""From the wish for an invoice to its number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_base.models import Customer
from addons.crm_finance.services.money import check_amount, check_amounts
from addons.crm_finance.states import REQUESTED
from core.api import Env, ValidationFailed, Where, _, func, key_of, select

if TYPE_CHECKING:
    from addons.crm_finance.models import Invoice, Receivable


def leaves_a_rest(env: Any) -> Where:
    """Something of it was neither invoiced nor asked for yet."""
    from addons.crm_finance.models import Invoice, Receivable

    its_own = env.info(Invoice).cls.receivable_id == Receivable.id
    return is_more_than_invoiced(env, Receivable.amount, Receivable.invoiced, its_own)


def is_more_than_invoiced(env: Any, total: Any, invoiced: Any, its_own: Any) -> Where:
    """Whether an amount is more than what was invoiced and what is asked for in those invoices that are `its_own`."""
    from addons.crm_finance.models import Invoice

    cls: Any = env.info(Invoice).cls
    waiting = select(func.coalesce(func.sum(cls.amount), 0)).where(
        its_own, cls.state == REQUESTED, cls.deleted_at.is_(None)
    )
    rest: Where = total > invoiced + waiting.scalar_subquery()
    return rest


def request(env: Env, instalments: Sequence[Receivable], due: date, note: str | None) -> list[Any]:
    """Invoicing tasks for what of the instalments was neither invoiced nor asked for yet."""
    from addons.crm_finance.models import Invoice

    system, cls = env.sudo(_("invoicing tasks")), env.info(Invoice).cls
    ids = [one.id for one in instalments]
    waiting: dict[int, Decimal] = dict(
        system.rows(
            select(cls.receivable_id, func.sum(cls.amount))
            .where(cls.receivable_id.in_(ids), cls.state == REQUESTED)
            .group_by(cls.receivable_id)
        )
    )
    rows = [
        {"customer": key_of(one, "customer"), "receivable": one.id, "currency": one.currency, "amount": rest,
         "wanted_on": due, "remarks": note, "owner": env.user_id or None}
        for one in instalments
        if (rest := one.amount - one.invoiced - waiting.get(one.id, Decimal(0))) > 0
    ]  # fmt: skip
    if not rows:
        raise ValidationFailed.at("due", _("Everything of it was invoiced or asked for already."))
    return system.get_many(Invoice, system.create_many(Invoice, rows))


def complete(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Title and tax number of the customer, where a new invoice brings none."""
    wanted = {getattr(row.get("customer"), "id", row.get("customer")) for row in rows} - {None}
    found = env.sudo(_("invoice data of customers")).search(
        Customer, Customer.id.in_(wanted), limit=len(wanted)
    )
    known = {one.id: one for one in found}
    for row in rows:
        customer: Any = known.get(getattr(row.get("customer"), "id", row.get("customer")) or 0)
        if customer is not None:
            row["title"] = row.get("title") or customer.invoice_title or customer.name
            row["tax_number"] = row.get("tax_number") or customer.tax_number
    check_amounts(rows)


def issue(env: Env, invoice: Invoice, number: str, day: date, amount: Decimal) -> None:
    """The invoice counts as issued."""
    if day > env.today:
        raise ValidationFailed.at("issued_on", _("This day lies in the future."))
    check_amount(amount, invoice.currency)
    invoice.invoice_number, invoice.issued_on, invoice.amount = number.strip(), day, amount
    _tell(env, invoice, _("The invoice {number} was issued.", number=number))


def void(env: Env, invoice: Invoice, reason: str) -> None:
    """It does not count any more."""
    invoice.remarks = "\n".join(part for part in (invoice.remarks, reason) if part)
    _tell(env, invoice, _("The invoice {number} is void: {reason}", number=invoice.number, reason=reason))


def _tell(env: Env, invoice: Any, text: Any) -> None:
    owner = key_of(invoice, "owner")
    if owner not in (None, env.user_id):
        env.notify([owner], text, invoice)
