"""What finance adds to the account of orders."""

from decimal import Decimal
from typing import Any, Final

from addons.crm_finance.models import Expense, Invoice, Matching, Receipt, Receivable
from addons.crm_sales.reports import ORDER_ACCOUNT
from core.api import _, change_report, column

KINDS: Final = [
    ("instalment", _("Instalment")), ("cancelled_instalment", _("Instalment cancelled")), ("invoice", _("Invoice")),
    ("receipt", _("Receipt")), ("advance", _("Advance receipt")), ("refund", _("Refund")), ("reversal", _("Reversal")),
    ("released", _("Matching undone")), ("write_off", _("Write-off")), ("expense", _("Expense")),
]  # fmt: skip


def _amount(key: str, label: Any, *fields: Any, sparse: bool = False) -> Any:
    return column(key, label, Decimal, currency="currency", field=fields, sparse=sparse)


MONEY_OF_ORDERS = change_report(
    ORDER_ACCOUNT, before="cost", choices={"kind": KINDS}, reads=(Receivable, Receipt, Matching, Invoice, Expense),
    columns=[
        _amount("owed", _("Owed"), Receivable.amount, sparse=True),
        _amount("invoiced", _("Invoiced"), Invoice.amount, sparse=True),
        _amount("received", _("Received"), Matching.amount, sparse=True),
        _amount("written_off", _("Written off"), Matching.amount, sparse=True),
        _amount("to_receive", _("Still to receive"), Receivable.amount, Matching.amount),
        column("expense", _("Booked expenses"), Decimal, money=True, field=Expense.value, internal=True,
               sparse=True),
    ],
)  # fmt: skip
