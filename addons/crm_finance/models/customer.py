"""What this addon adds to the customer file: credit terms and the account."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from addons.crm_base.models import Customer
from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALESPERSON,
)
from addons.crm_finance.roles import ACCOUNTANT
from addons.crm_finance.services import balances, opening
from core.api import ADMIN, Mapped, _, action, arg, current_env, expression, field, money, one2many

if TYPE_CHECKING:
    from addons.crm_finance.models.expense import Expense
    from addons.crm_finance.models.receipt import Receipt
    from addons.crm_finance.models.receivable import Receivable

SEEN_BY = (SALESPERSON, SALES_DIRECTOR, GENERAL_MANAGER, MARKET_DIRECTOR, SALES_ASSISTANT, ACCOUNTANT, ADMIN)


class FinanceCustomer(Customer, extend=True):
    """A customer has credit terms and an account."""

    credit_limit: Mapped[Decimal | None] = money(
        _("Credit limit"), default=None, minimum=0, readonly=True, tracked=True, visible_to=SEEN_BY,
        help=_("What may be open at most, in company currency. When left empty, there is no limit."),
    )  # fmt: skip
    overdue_days_allowed: Mapped[int | None] = field(
        _("Overdue days allowed"), default=None, minimum=0, maximum=3650, readonly=True, tracked=True,
        visible_to=SEEN_BY,
        help=_("New orders are stopped while an instalment is overdue for longer. When left empty, they are not."),
    )  # fmt: skip
    receivable_open: Mapped[Decimal] = expression(
        _("Open receivables"), sql=balances.open_receivables, money=True, visible_to=SEEN_BY,
        help=_("In company currency, by the rates that were kept."),
    )  # fmt: skip
    receivable_overdue: Mapped[Decimal] = expression(
        _("Overdue receivables"), sql=balances.overdue_receivables, money=True, visible_to=SEEN_BY
    )
    unmatched_credit: Mapped[Decimal] = expression(
        _("Advances and unmatched receipts"), sql=balances.unmatched_credit, money=True, visible_to=SEEN_BY
    )

    receivables: Mapped[list["Receivable"]] = one2many(_("Receivables"), back="customer")
    receipts: Mapped[list["Receipt"]] = one2many(_("Receipts"), back="customer")
    expenses: Mapped[list["Expense"]] = one2many(_("Expenses"), back="customer")

    @action(label=_("Credit terms"), right="set_credit", icon="credit-card")
    def set_credit_terms(
        self,
        limit: Annotated[
            Decimal | None,
            arg(
                _("Credit limit"),
                required=False,
                default=lambda env, record: record.credit_limit,
                help=_("In company currency. When left empty, there is no limit."),
            ),
        ] = None,
        overdue_days: Annotated[
            int | None,
            arg(
                _("Overdue days allowed"),
                required=False,
                default=lambda env, record: record.overdue_days_allowed,
            ),
        ] = None,
    ) -> None:
        """How much may be open, and for how long an instalment may be overdue before new orders are stopped."""
        self.credit_limit, self.overdue_days_allowed = limit, overdue_days

    @action(label=_("Opening balance"), right="read", by=opening.may_open, icon="door-enter")
    def set_opening_balance(
        self,
        amount: Annotated[
            Decimal,
            arg(_("Amount"), help=_("What the customer owed us; with a minus what we owed the customer.")),
        ],
        day: Annotated[date, arg(_("Day"), default=lambda env, record: env.today)],
        due_on: Annotated[date | None, arg(_("Due on"), required=False)] = None,
        currency: Annotated[
            str | None, arg(_("Currency"), required=False, help=_("When left empty, that of the company."))
        ] = None,
        exchange_rate: Annotated[Decimal | None, arg(_("Exchange rate"), required=False)] = None,
    ) -> None:
        """The account begins with what was open when the company began to keep it here."""
        opening.set_opening_balance(current_env(), self, amount, day, due_on, currency, exchange_rate)
