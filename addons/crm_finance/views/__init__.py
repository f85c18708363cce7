"""The screens of this addon, one file per model."""

from addons.crm_finance.views.expense import ExpenseForm, ExpenseList
from addons.crm_finance.views.invoice import InvoiceForm, InvoiceList
from addons.crm_finance.views.receipt import (
    CashAccountForm,
    CashAccountList,
    MatchingForm,
    MatchingList,
    ReceiptForm,
    ReceiptList,
)
from addons.crm_finance.views.receivable import ReceivableForm, ReceivableList

__all__ = [
    "CashAccountForm", "CashAccountList", "ExpenseForm", "ExpenseList", "InvoiceForm", "InvoiceList", "MatchingForm",
    "MatchingList", "ReceiptForm", "ReceiptList", "ReceivableForm", "ReceivableList",
]  # fmt: skip
