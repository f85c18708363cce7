"""What this addon adds to the page of a customer, and to those of tasks and companies."""

from addons.crm_base.views import CustomerForm, CustomerList, TaskForm, TaskList
from addons.crm_finance.models import (
    CollectionTask,
    Expense,
    FinanceCustomer,
    Receipt,
    Receivable,
)
from core.api import _, after, group, inside, note, page, related


class FinanceCustomerForm(CustomerForm, extend=True):
    changes = [
        inside("header", FinanceCustomer.set_credit_terms, FinanceCustomer.set_opening_balance),
        after(
            "Invoice",
            page(
                _("Account"),
                group(
                    _("Credit"), FinanceCustomer.credit_limit, FinanceCustomer.overdue_days_allowed,
                    FinanceCustomer.receivable_open, FinanceCustomer.receivable_overdue,
                    FinanceCustomer.unmatched_credit,
                ),
                note(
                    _("Statement of this customer"), key="statement", right=("read", Receivable),
                    url="/report/crm_finance.statement?customer={id}",
                ),
                related(
                    FinanceCustomer.receivables, order="-due_on",
                    columns=[Receivable.title, Receivable.due_on, Receivable.amount, Receivable.open_amount,
                             Receivable.situation],
                ),
                related(
                    FinanceCustomer.receipts, order="-day",
                    columns=[Receipt.number, Receipt.day, Receipt.kind, Receipt.amount, Receipt.unmatched,
                             Receipt.state],
                ),
                key="account",
            ),
            page(
                _("Expenses"),
                related(
                    FinanceCustomer.expenses, order="-day",
                    columns=[Expense.day, Expense.title, Expense.kind, Expense.amount, Expense.owner, Expense.state],
                ),
            ),
        ),
    ]  # fmt: skip


class FinanceCustomerList(CustomerList, extend=True):
    filters = [FinanceCustomer.credit_limit]


class CollectionTaskForm(TaskForm, extend=True):
    changes = [after("customer", CollectionTask.receivable)]


class CollectionTaskList(TaskList, extend=True):
    filters = [CollectionTask.receivable]
