"""Money on the pages of orders and contracts, and documents on those of receivables, invoices and expenses."""

from addons.crm_base.views import CustomerForm
from addons.crm_finance.models import Expense, Invoice, Receivable
from addons.crm_finance.views import ExpenseForm, ExpenseList, InvoiceForm, ReceivableForm, ReceivableList
from addons.crm_sales.views import ContractForm, DeliveryForm, OrderForm, OrderList
from addons.crm_sales_finance.models import (
    CreditDelivery,
    CreditRequest,
    FinanceContract,
    FinanceOrder,
    OrderExpense,
    SalesCustomer,
    SalesInvoice,
    SalesReceivable,
)
from addons.crm_sales_finance.views.credit_request import CreditRequestForm, CreditRequestList
from core.api import Env, Where, _, after, button, group, inside, page, preset, related, select

__all__ = ["CreditRequestForm", "CreditRequestList"]

_REQUESTS = [
    CreditRequest.state, CreditRequest.decided_by, CreditRequest.remark, CreditRequest.excess,
    CreditRequest.overdue_days, CreditRequest.asked_by,
]  # fmt: skip
_INSTALMENTS = [
    Receivable.title, Receivable.due_on, Receivable.amount, Receivable.received, Receivable.open_amount,
    Receivable.situation,
]  # fmt: skip


def to_invoice(env: Env) -> Where:
    """More was delivered than invoiced."""
    return FinanceOrder.delivered_amount > FinanceOrder.invoiced_total


def to_receive(env: Env) -> Where:
    """Money is still expected."""
    return FinanceOrder.receivable_open > 0


def awaiting_credit(env: Env) -> Where:
    """Somebody has been asked to approve credit for it, or for a delivery of it."""
    cls = env.info(CreditRequest).cls
    return FinanceOrder.id.in_(select(cls.order_id).where(cls.state == "waiting"))


class FinanceOrderList(OrderList, extend=True):
    presets = [
        preset("to_invoice", _("Delivered, not invoiced"), to_invoice),
        preset("to_receive", _("Not paid in full"), to_receive),
        preset("awaiting_credit", _("Waiting for credit approval"), awaiting_credit),
    ]
    filters = [FinanceOrder.receipt_status, FinanceOrder.invoice_status, FinanceOrder.credit_released]
    groups = [FinanceOrder.receipt_status, FinanceOrder.invoice_status]
    totals = [FinanceOrder.result]


class FinanceOrderForm(OrderForm, extend=True):
    changes = [
        inside("chain", FinanceOrder.invoices, FinanceOrder.receivables),
        inside("picture", FinanceOrder.invoice_status, FinanceOrder.receipt_status),
        inside(
            "header", button(FinanceOrder.request_invoice), button(FinanceOrder.plan_receivables),
            button(FinanceOrder.release_credit),
        ),
        after(
            "prices",
            group(
                _("Payment terms"), FinanceOrder.settlement, FinanceOrder.payment_days, FinanceOrder.advance_percent,
                FinanceOrder.payment_parts, key="payment_terms",
            ),
        ),
        after(
            "account",
            page(
                _("Receivables"), FinanceOrder.receipt_status, FinanceOrder.received_total,
                FinanceOrder.receivable_open, FinanceOrder.written_off_total, FinanceOrder.invoice_status,
                FinanceOrder.invoiced_total,
                related(FinanceOrder.receivables, order="due_on", add=False, columns=_INSTALMENTS),
                related(
                    FinanceOrder.invoices, order="-id", add=False,
                    columns=[Invoice.number, Invoice.invoice_number, Invoice.issued_on, Invoice.amount, Invoice.state],
                ),
                key="receivables",
            ),
            page(
                _("Credit"), FinanceOrder.credit_request, FinanceOrder.credit_released, FinanceOrder.credit_released_to,
                FinanceOrder.credit_reason,
                related(FinanceOrder.credit_requests, order="-id", add=False, columns=_REQUESTS),
                key="credit",
            ),
            page(
                _("Expenses"), FinanceOrder.expense_total, FinanceOrder.result,
                related(
                    FinanceOrder.expenses, order="-day",
                    columns=[Expense.day, Expense.title, Expense.kind, Expense.amount, Expense.owner, Expense.state],
                ),
                key="expenses",
            ),
        ),
    ]  # fmt: skip


class CreditDeliveryForm(DeliveryForm, extend=True):
    changes = [
        inside(
            "notebook",
            page(
                _("Credit"), CreditDelivery.credit_request,
                related(CreditDelivery.credit_requests, order="-id", add=False, columns=_REQUESTS),
                key="credit",
            ),
        )
    ]  # fmt: skip


class FinanceContractForm(ContractForm, extend=True):
    changes = [
        inside(
            "notebook",
            page(
                _("Receivables"), FinanceContract.settlement, FinanceContract.payment_days,
                FinanceContract.advance_percent, FinanceContract.payment_parts, FinanceContract.received_total,
                FinanceContract.receivable_open,
                related(FinanceContract.receivables, order="due_on", add=False, columns=_INSTALMENTS),
                key="receivables",
            ),
        )
    ]  # fmt: skip


class SalesReceivableForm(ReceivableForm, extend=True):
    changes = [after("source", SalesReceivable.order, SalesReceivable.contract)]


class SalesReceivableList(ReceivableList, extend=True):
    filters = [SalesReceivable.order, SalesReceivable.contract]


class SalesInvoiceForm(InvoiceForm, extend=True):
    changes = [after("receivable", SalesInvoice.order)]


class OrderExpenseForm(ExpenseForm, extend=True):
    changes = [inside("for_whom", OrderExpense.order)]


class OrderExpenseList(ExpenseList, extend=True):
    filters = [OrderExpense.order]
    groups = [OrderExpense.order]


class SalesCustomerForm(CustomerForm, extend=True):
    changes = [
        inside(
            "account",
            group(
                _("Payment terms"), SalesCustomer.settlement, SalesCustomer.payment_days,
                SalesCustomer.advance_percent, SalesCustomer.payment_parts, key="payment_terms",
            ),
        )
    ]  # fmt: skip
