"""Invoicing tasks and issued invoices."""

from addons.crm_finance.models import Invoice
from addons.crm_finance.states import ISSUED, REQUESTED
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    month,
    notebook,
    page,
    preset,
    show,
    statusbar,
)  # fmt: skip


def to_issue(env: Env) -> Where:
    """Wait for accounting."""
    return Invoice.state == REQUESTED


def issued(env: Env) -> Where:
    """Were issued."""
    return Invoice.state == ISSUED


def issued_this_month(env: Env) -> Where:
    """Were issued this month."""
    return and_(issued(env), env.condition(Invoice, "issued_on", "eq", "this_month"))


class InvoiceList(ListView[Invoice]):
    columns = [
        Invoice.number, Invoice.customer, Invoice.state, Invoice.amount, Invoice.wanted_on, Invoice.invoice_number,
        Invoice.issued_on, Invoice.receivable, Invoice.owner,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("to_issue", _("To be issued"), to_issue, default=True, count=True),
        preset("issued", _("Issued"), issued),
        preset("month", _("Issued this month"), issued_this_month),
        preset("all", _("All invoices")),
    ]
    filters = [
        Invoice.state, Invoice.customer, Invoice.owner, Invoice.wanted_on, Invoice.issued_on, Invoice.amount,
        Invoice.currency,
    ]  # fmt: skip
    groups = [
        Invoice.state,
        Invoice.customer,
        Invoice.owner,
        month(Invoice.issued_on),
    ]
    actions = [Invoice.void]


class InvoiceForm(FormView[Invoice]):
    layout = [
        header(button(Invoice.issue, style="primary"), button(Invoice.void), statusbar(Invoice.state)),
        group(
            _("Invoice"), Invoice.customer, Invoice.receivable, Invoice.amount, Invoice.currency, Invoice.wanted_on,
            show(Invoice.title, wide=True), Invoice.tax_number, Invoice.document,
        ),
        group(_("Issued"), Invoice.invoice_number, Invoice.issued_on, Invoice.remarks, key="issued"),
        notebook(
            page(
                _("Info"), Invoice.number, Invoice.owner, Invoice.created_at, Invoice.created_by, Invoice.changed_at,
                Invoice.changed_by,
            ),
        ),
    ]  # fmt: skip
