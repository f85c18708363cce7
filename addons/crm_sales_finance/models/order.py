"""Orders and contracts know what of them is owed, invoiced and received."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_finance.states import APPROVED, ISSUED, PAID, SUBMITTED
from addons.crm_sales.models import Contract, Order
from addons.crm_sales.models.order import SHARES
from addons.crm_sales.states import DRAFT, RUNNING_STATES
from addons.crm_sales_finance.services import approving, standing
from addons.crm_sales_finance.services.terms import SETTLEMENTS
from core.api import (
    Mapped,
    ValidationFailed,
    _,
    arg,
    computed,
    current_env,
    field,
    longtext,
    many2one,
    money,
    one2many,
    selection,
    total,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_finance.models import Expense, Invoice, Receivable
    from addons.crm_sales_finance.models.credit_request import CreditRequest

_OWN = _("When left empty, as it holds for the customer.")


def share_received(order: Any) -> str:
    """None, part or full, by what was planned."""
    if not order.received_total and not order.written_off_total:
        return "none"
    return "part" if order.receivable_open else "full"


def share_invoiced(order: Any) -> str:
    """None, part or full, by the total of the order."""
    if not order.invoiced_total:
        return "none"
    return "full" if order.invoiced_total >= (order.total or Decimal(0)) else "part"


def result_of(order: Any) -> Decimal:
    """The profit of the order less the expenses that it has caused."""
    result: Decimal = (order.profit or Decimal(0)) - (order.expense_total or Decimal(0))
    return result


class FinanceOrder(Order, extend=True):
    """The account of an order: ordered, delivered, invoiced, received, open (SALE-15, SALE-20)."""

    settlement: Mapped[str | None] = selection(_("Settlement"), choices=SETTLEMENTS, default=None, help=_OWN)
    payment_days: Mapped[int | None] = field(
        _("Days until payment"), default=None, minimum=0, maximum=3650, help=_OWN
    )
    advance_percent: Mapped[Decimal | None] = field(
        _("Advance (%)"), default=None, minimum=0, maximum=100, help=_OWN
    )
    payment_parts: Mapped[int | None] = field(
        _("Number of parts"), default=None, minimum=1, maximum=120, help=_OWN
    )
    credit_released: Mapped[bool] = field(_("Credit released"), default=False, readonly=True, tracked=True)
    credit_reason: Mapped[str | None] = longtext(_("Why credit was released"), default=None, readonly=True)
    credit_released_to: Mapped[Decimal | None] = money(
        _("Released up to"), default=None, readonly=True, currency="company_currency", tracked=True,
        help=_("The amount of the order when its credit was released. A larger one is looked at again."),
    )  # fmt: skip
    credit_request: Mapped["CreditRequest | None"] = many2one(
        _("Confirmed by approval"), default=None, readonly=True, tracked=True
    )

    credit_requests: Mapped[list["CreditRequest"]] = one2many(_("Credit approvals"), back="order")
    receivables: Mapped[list["Receivable"]] = one2many(_("Receivables"), back="order")
    invoices: Mapped[list["Invoice"]] = one2many(_("Invoices"), back="order")
    expenses: Mapped[list["Expense"]] = one2many(_("Expenses"), back="order")
    received_total: Mapped[Decimal] = total(
        _("Received"), of="receivables", sum="received", currency="currency"
    )
    written_off_total: Mapped[Decimal] = total(
        _("Written off"), of="receivables", sum="written_off", currency="currency"
    )
    receivable_open: Mapped[Decimal] = total(
        _("Still to be received"), of="receivables", sum="open_amount", currency="currency"
    )
    invoiced_total: Mapped[Decimal] = total(
        _("Invoiced"), of="invoices", sum="amount", where=("state", ISSUED), currency="currency"
    )
    expense_total: Mapped[Decimal] = total(
        _("Expenses in all"), of="expenses", sum="value", where=("state", (SUBMITTED, APPROVED, PAID))
    )
    receipt_status: Mapped[str] = computed(
        _("Receipt of payment"), by=share_received, choices=SHARES,
        depends=("received_total", "written_off_total", "receivable_open"),
    )  # fmt: skip
    invoice_status: Mapped[str] = computed(
        _("Invoicing"), by=share_invoiced, choices=SHARES, depends=("invoiced_total", "total")
    )
    result: Mapped[Decimal] = computed(
        _("Profit after expenses"),
        by=result_of,
        depends=("profit", "expense_total"),
        currency="company_currency",
    )

    @transition(
        *RUNNING_STATES, to=None, label=_("Make receivable plan"), when=standing.lacks_a_plan, icon="cash",
        many=True,
        confirm=_("Instalments are made by the terms of payment, for orders that have none."),
    )  # fmt: skip
    def plan_receivables(records: Sequence["FinanceOrder"]) -> None:
        """For orders that were confirmed before receivables were kept."""
        from addons.crm_sales_finance.services.planning import plan_orders

        if not plan_orders(current_env(), records):
            raise ValidationFailed(
                {"": [_("There is nothing to plan: they have instalments, or are paid by hand.")]}
            )

    @transition(
        *RUNNING_STATES, to=None, label=_("Request invoice"), when=standing.leaves_a_rest, icon="file-invoice"
    )
    def request_invoice(
        self,
        due: Annotated[date, arg(_("Wanted by"), default=lambda env, record: env.today)],
        amount: Annotated[
            Decimal | None,
            arg(_("Amount"), required=False, help=_("When left empty, what was not invoiced yet.")),
        ] = None,
        note: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None,
    ) -> "Invoice":
        """An invoicing task for accounting."""
        from addons.crm_sales_finance.services import invoices

        made: Invoice = invoices.request(current_env(), self, amount, due, note)
        return made

    @transition(
        DRAFT, *RUNNING_STATES, to=None, label=_("Release credit"), right="release_credit",
        by=approving.orders_of_others, icon="lock-open",
    )  # fmt: skip
    def release_credit(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """The order goes on although the credit of the customer is used up."""
        from addons.crm_sales_finance.services import releasing

        releasing.release(current_env(), self, reason)

    @transition(DRAFT, to=None, label=_("Ask for approval"), by=approving.orders_on_terms, icon="send")
    def ask_for_credit(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> "CreditRequest":
        """Whoever may approve credit is asked to let the order be confirmed all the same."""
        made: CreditRequest = approving.ask_for_order(current_env(), self, reason)
        return made


class FinanceContract(Contract, extend=True):
    """A contract that is paid as a whole, not by the orders that are called off from it."""

    settlement: Mapped[str | None] = selection(
        _("Settlement"), choices=SETTLEMENTS, default=None,
        help=_("When left empty, the orders that are called off are paid one by one."),
    )  # fmt: skip
    payment_days: Mapped[int | None] = field(
        _("Days until payment"), default=None, minimum=0, maximum=3650, help=_OWN
    )
    advance_percent: Mapped[Decimal | None] = field(
        _("Advance (%)"), default=None, minimum=0, maximum=100, help=_OWN
    )
    payment_parts: Mapped[int | None] = field(
        _("Number of parts"), default=None, minimum=1, maximum=120, help=_OWN
    )
    receivables: Mapped[list["Receivable"]] = one2many(_("Receivables"), back="contract")
    received_total: Mapped[Decimal] = total(
        _("Received"), of="receivables", sum="received", currency="currency"
    )
    receivable_open: Mapped[Decimal] = total(
        _("Still to be received"), of="receivables", sum="open_amount", currency="currency"
    )
