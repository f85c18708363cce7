"""The records of this addon, and what it adds to those of crm_base and the kernel."""

from addons.crm_finance.models.activity import CollectionActivity
from addons.crm_finance.models.cash_account import CashAccount
from addons.crm_finance.models.company import FinanceCompany
from addons.crm_finance.models.customer import FinanceCustomer
from addons.crm_finance.models.expense import Expense
from addons.crm_finance.models.invoice import Invoice
from addons.crm_finance.models.matching import Matching
from addons.crm_finance.models.receipt import Receipt
from addons.crm_finance.models.receivable import Receivable
from addons.crm_finance.models.task import CollectionTask

__all__ = [
    "CashAccount", "CollectionActivity", "CollectionTask", "Expense", "FinanceCompany", "FinanceCustomer", "Invoice",
    "Matching", "Receipt", "Receivable",
]  # fmt: skip
