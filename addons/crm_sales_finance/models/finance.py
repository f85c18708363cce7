"""Instalments, invoices and expenses belong to orders and contracts."""

from addons.crm_finance.models import Expense, Invoice, Receivable
from addons.crm_sales.models import Contract, Order
from core.api import Mapped, _, many2one


class SalesReceivable(Receivable, extend=True):
    """An instalment of an order, or of a contract as a whole."""

    order: Mapped[Order | None] = many2one(_("Sales order"), default=None, readonly=True)
    contract: Mapped[Contract | None] = many2one(_("Contract"), default=None, readonly=True)


class SalesInvoice(Invoice, extend=True):
    """An invoice of an order."""

    order: Mapped[Order | None] = many2one(_("Sales order"), default=None)


class OrderExpense(Expense, extend=True):
    """An expense that an order has caused."""

    order: Mapped[Order | None] = many2one(_("Sales order"), default=None)
