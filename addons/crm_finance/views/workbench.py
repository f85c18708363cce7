"""What waits for a person, on the page after signing in."""

from addons.crm_finance.models import Invoice, Receivable
from addons.crm_finance.views.expense import ExpenseList
from addons.crm_finance.views.invoice import InvoiceList
from addons.crm_finance.views.receipt import ReceiptList
from addons.crm_finance.views.receivable import ReceivableList
from core.api import _, card, figure

MY_DUE = card(
    "crm_finance.my_due", _("My receivables due"), view=ReceivableList, preset="my_due",
    columns=[Receivable.customer, Receivable.open_amount, Receivable.due_on], order="due_on", late=True, sequence=60,
    empty=_("Nothing of yours is due within a week."),
)  # fmt: skip
TO_ISSUE = card(
    "crm_finance.to_issue", _("Invoices to be issued"), view=InvoiceList, preset="to_issue",
    columns=[Invoice.customer, Invoice.amount, Invoice.wanted_on], order="wanted_on", late=True, sequence=70,
    empty=_("No invoice is waiting."),
)  # fmt: skip
DUE_TODAY = figure(
    "crm_finance.today", _("Receivables due today"), view=ReceivableList, preset="today", sequence=70
)
DUE_WEEK = figure(
    "crm_finance.week", _("Receivables due this week"), view=ReceivableList, preset="week", sequence=71
)
OVERDUE = figure(
    "crm_finance.overdue", _("Overdue receivables"), view=ReceivableList, preset="overdue", sequence=72
)
TO_MATCH = figure(
    "crm_finance.to_match", _("Receipts to be matched"), view=ReceiptList, preset="to_match", sequence=73
)
TO_DECIDE = figure(
    "crm_finance.to_decide", _("Expenses to be approved"), view=ExpenseList, preset="to_decide", sequence=74
)
