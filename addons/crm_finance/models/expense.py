"""What was spent for a customer or a sale (process P24)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from addons.crm_base.models import Contact, Customer
from addons.crm_finance.services import money, spending
from addons.crm_finance.services.standing import today
from addons.crm_finance.states import APPROVED, DRAFT, PAID, REJECTED, SUBMITTED
from core.api import (
    CompanyOwned,
    Department,
    Employee,
    Mapped,
    Option,
    Owned,
    State,
    StoredFile,
    Tracked,
    _,
    arg,
    computed,
    currency,
    current_env,
    field,
    file,
    longtext,
    many2one,
    number,
    option,
    state_field,
    transition,
)  # fmt: skip
from core.api import money as amount_of_money


class Expense(
    CompanyOwned, Owned, Tracked, label=_("Expense"), plural=_("Expenses"), display="title", ordered_by="-day",
    unique=[("number",)], indexed=[("customer", "day"), ("owner", "day")],
    icon="receipt-2", editable_in=(DRAFT, REJECTED),
):  # fmt: skip
    """An amount that somebody spent, and for whom. An addon adds what else it may belong to by extending this model."""

    number: Mapped[str] = number(_("Number"), sequence="crm_finance.expense", sortable=True, searchable=True)
    title: Mapped[str] = field(_("Subject"), searchable=True, max_length=255)
    kind: Mapped[Option] = option(_("Kind"), list="crm_finance.expense_kind")
    state: Mapped[State] = state_field(DRAFT)
    day: Mapped[date] = field(_("Day"), default=today, sortable=True)
    currency: Mapped[str] = currency(_("Currency"))
    exchange_rate: Mapped[Decimal] = field(_("Exchange rate"), default=None, required=True, minimum=0)
    amount: Mapped[Decimal] = amount_of_money(_("Amount"), currency="currency", sortable=True, tracked=True)
    value: Mapped[Decimal] = computed(
        _("In company currency"),
        by=money.value_of,
        depends=("amount", "exchange_rate"),
        money=True,
        sortable=True,
    )
    employee: Mapped[Employee | None] = many2one(
        _("Employee"), default=None, help=_("When left empty, whoever enters it.")
    )
    department: Mapped[Department | None] = many2one(
        _("Department"), default=None, on_delete="clear", help=_("When left empty, that of the employee.")
    )
    receipt_file: Mapped[StoredFile | None] = file(_("Receipt file"), default=None)
    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None)
    contact: Mapped[Contact | None] = many2one(_("Contact"), default=None, on_delete="clear")
    description: Mapped[str | None] = longtext(_("Description"), default=None)
    decision: Mapped[str | None] = longtext(
        _("Reason of the rejection"), default=None, readonly=True, tracked=True
    )
    paid_on: Mapped[date | None] = field(_("Paid on"), default=None, readonly=True)

    @transition(DRAFT, REJECTED, to=SUBMITTED, label=_("Submit"), by=spending.mine, icon="send")
    def submit(self) -> None:
        """The direct superior is told and approves or rejects it."""
        spending.submit(current_env(), self)

    @transition(
        SUBMITTED,
        to=APPROVED,
        label=_("Approve"),
        right="approve",
        by=spending.of_others,
        icon="check",
        many=False,
    )
    def approve(self) -> None:
        """It is to be paid. Nobody approves an own expense."""
        spending.tell(current_env(), self, _("Your expense “{title}” was approved.", title=self.title))

    @transition(SUBMITTED, to=REJECTED, label=_("Reject"), right="approve", by=spending.of_others, icon="x")
    def reject(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """Whoever entered it is told why, and may submit it again."""
        self.decision = reason
        spending.tell(
            current_env(),
            self,
            _("Your expense “{title}” was rejected: {reason}", title=self.title, reason=reason),
        )

    @transition(APPROVED, to=PAID, label=_("Pay"), right="pay", icon="cash-banknote")
    def pay(self, day: Annotated[date, arg(_("Paid on"), default=lambda env, record: env.today)]) -> None:
        """The money was paid out."""
        self.paid_on = day
