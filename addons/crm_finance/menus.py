"""Where this addon's screens stand in the navigation tree."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_finance.reports import AGEING, EXPENSES, STATEMENT
from addons.crm_finance.roles import ACCOUNTANT
from addons.crm_finance.views import (
    CashAccountList,
    ExpenseList,
    InvoiceList,
    MatchingList,
    ReceiptList,
    ReceivableList,
)
from core.api import ADMIN, _, menu

KEEPERS = [ADMIN, GENERAL_MANAGER, ACCOUNTANT]

menus = [
    menu("crm_finance", _("Receivables"), sequence=60, icon="cash"),
    menu("crm_finance.today", _("Due today"), parent="crm_finance", view=ReceivableList, preset="today", sequence=10,
         icon="calendar-event"),
    menu("crm_finance.week", _("Due this week"), parent="crm_finance", view=ReceivableList, preset="week", sequence=20,
         icon="calendar-week"),
    menu("crm_finance.month", _("Due this month"), parent="crm_finance", view=ReceivableList, preset="month",
         sequence=30, icon="calendar-month"),
    menu("crm_finance.overdue", _("Overdue"), parent="crm_finance", view=ReceivableList, preset="overdue", sequence=40,
         icon="alert-triangle"),
    menu("crm_finance.receivables", _("All receivables"), parent="crm_finance", view=ReceivableList, preset="open",
         sequence=50, icon="cash"),
    menu("crm_finance.receipts", _("Receipts and refunds"), parent="crm_finance", view=ReceiptList, preset="all",
         sequence=60, icon="receipt"),
    menu("crm_finance.matchings", _("Matchings"), parent="crm_finance", view=MatchingList, sequence=65, icon="link",
         roles=KEEPERS),
    menu("crm_finance.invoices", _("Invoices"), parent="crm_finance", view=InvoiceList, preset="to_issue", sequence=70,
         icon="file-invoice"),
    menu("crm_finance.expenses", _("Expenses"), parent="crm_finance", view=ExpenseList, preset="mine", sequence=80,
         icon="receipt-2"),
    menu("crm_finance.statement", STATEMENT.title, parent="crm_finance", report=STATEMENT, sequence=75,
         icon="list-numbers"),
    menu("crm_finance.ageing", AGEING.title, parent="crm_finance", report=AGEING, sequence=76, icon="chart-bar"),
    menu("crm_finance.expense_report", EXPENSES.title, parent="crm_finance", report=EXPENSES, sequence=85,
         icon="chart-bar"),
    menu("crm_finance.accounts", _("Cash accounts"), parent="crm_finance", view=CashAccountList, sequence=90,
         icon="building-bank", roles=KEEPERS),
]  # fmt: skip
