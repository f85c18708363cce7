"""What a customer owes, instalment by instalment (process P7)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from addons.crm_base.models import Customer
from addons.crm_finance.models.cash_account import CashAccount
from addons.crm_finance.services import collecting, instalments, invoicing, paying, standing, writing_off
from addons.crm_finance.services.choices import KINDS, RESULTS, SITUATIONS
from addons.crm_finance.states import CANCELLED, ISSUED, OPEN
from core.api import (
    CompanyOwned,
    Department,
    Mapped,
    Option,
    Owned,
    State,
    Tracked,
    _,
    action,
    arg,
    computed,
    currency,
    current_env,
    expression,
    field,
    longtext,
    many2one,
    money,
    number,
    one2many,
    selection,
    state_field,
    total,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models import Activity, Task
    from addons.crm_finance.models.invoice import Invoice
    from addons.crm_finance.models.matching import Matching
    from addons.crm_finance.models.receipt import Receipt


class Receivable(
    CompanyOwned, Owned, Tracked, label=_("Receivable"), plural=_("Receivables"), display="title",
    ordered_by="due_on", unique=[("number",)], icon="cash", undoable=False,
    indexed=[
        ("is_open", "due_on"), ("owner", "is_open", "due_on"), ("department", "is_open", "due_on"),
        ("customer", "is_open", "due_on"), ("customer", "booked_on"),
    ],
):  # fmt: skip
    """One instalment of a receivable plan. Its amount never changes: a wrong one is cancelled and made again, so that
    what an account said for a period stays true.
    """

    number: Mapped[str] = number(
        _("Number"), sequence="crm_finance.receivable", sortable=True, searchable=True
    )
    title: Mapped[str] = field(_("Subject"), searchable=True, max_length=255)
    source: Mapped[str | None] = field(
        _("Document"), default=None, searchable=True, max_length=60,
        help=_("Number of the order, contract or delivery that it comes from."),
    )  # fmt: skip
    kind: Mapped[str] = selection(_("Kind"), choices=KINDS, default="instalment", readonly=True)
    customer: Mapped[Customer] = many2one(_("Customer"), tracked=True)
    department: Mapped[Department | None] = many2one(
        _("Department"), default=None, on_delete="clear",
        help=_("When left empty, the department of the owner."),
    )  # fmt: skip
    state: Mapped[State] = state_field(OPEN)
    booked_on: Mapped[date] = field(
        _("Booked on"), default=standing.today, sortable=True,
        help=_("The day from which it stands in the account of the customer."),
    )  # fmt: skip
    due_on: Mapped[date] = field(_("Due on"), sortable=True, tracked=True)
    currency: Mapped[str] = currency(_("Currency"))
    exchange_rate: Mapped[Decimal] = field(
        _("Exchange rate"), default=None, required=True, minimum=0,
        help=_("Company currency for one unit. In the currency of the company it is 1."),
    )  # fmt: skip
    amount: Mapped[Decimal] = money(_("Amount"), currency="currency", sortable=True, tracked=True)
    received: Mapped[Decimal] = total(
        _("Received"), of="matchings", sum="amount", where=("kind", "payment"), currency="currency"
    )
    written_off: Mapped[Decimal] = total(
        _("Written off"), of="matchings", sum="amount", where=("kind", "write_off"), currency="currency"
    )
    open_amount: Mapped[Decimal] = computed(
        _("Open"), by=standing.open_amount, depends=("amount", "received", "written_off", "state"),
        currency="currency", sortable=True,
    )  # fmt: skip
    open_value: Mapped[Decimal] = computed(
        _("Open in company currency"), by=standing.open_value, depends=("open_amount", "exchange_rate"),
        money=True,
    )  # fmt: skip
    is_open: Mapped[bool] = computed(_("Is open"), by=standing.is_open, depends=("open_amount",))
    situation: Mapped[str] = expression(_("Situation"), sql=standing.situation, choices=SITUATIONS)
    days_overdue: Mapped[int] = expression(_("Days overdue"), sql=standing.days_overdue)
    invoiced: Mapped[Decimal] = total(
        _("Invoiced"), of="invoices", sum="amount", where=("state", ISSUED), currency="currency"
    )

    promised_on: Mapped[date | None] = field(
        _("Promised for"), default=None, readonly=True, tracked=True, index=True
    )
    collection_result: Mapped[str | None] = selection(
        _("Last result"), choices=RESULTS, default=None, readonly=True, tracked=True, index=True
    )
    reminded_on: Mapped[date | None] = field(_("Last collection to-do"), default=None, readonly=True)
    cancelled_on: Mapped[date | None] = field(_("Cancelled on"), default=None, readonly=True)
    cancel_reason: Mapped[str | None] = longtext(_("Reason of the cancellation"), default=None, readonly=True)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)

    matchings: Mapped[list["Matching"]] = one2many(_("Payments"), back="receivable")
    invoices: Mapped[list["Invoice"]] = one2many(_("Invoices"), back="receivable")
    tasks: Mapped[list["Task"]] = one2many(_("Tasks"), back="receivable")
    activities: Mapped[list["Activity"]] = one2many(_("Collection contacts"), back="receivable")

    @action(
        label=_("Record receipt"), right="receive", when=standing.still_open, icon="cash-banknote", many=True
    )
    def receive(
        records: Sequence["Receivable"],
        day: Annotated[date, arg(_("Received on"), default=lambda env, record: env.today)],
        payment_method: Annotated[Option, arg(_("Payment method"), list="crm_finance.payment_method")],
        amount: Annotated[
            Decimal | None,
            arg(_("Amount"), required=False, help=_("When left empty, all that is open.")),
        ] = None,
        account: Annotated[CashAccount | None, arg(_("Account"), required=False)] = None,
        reference: Annotated[str | None, arg(_("Reference"), required=False)] = None,
    ) -> list["Receipt"]:
        """One receipt for all marked instalments of one customer, posted and matched, the oldest due first."""
        return paying.receive(current_env(), records, day, payment_method, amount, account, reference)

    @action(label=_("Refund"), right="refund", by=standing.paid_in_part, icon="arrow-back-up", danger=True)
    def refund(
        self,
        amount: Annotated[Decimal, arg(_("Amount"), default=lambda env, record: record.received)],
        day: Annotated[date, arg(_("Refunded on"), default=lambda env, record: env.today)],
        payment_method: Annotated[Option, arg(_("Payment method"), list="crm_finance.payment_method")],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
        account: Annotated[CashAccount | None, arg(_("Account"), required=False)] = None,
    ) -> "Receipt":
        """Money that was received for this instalment goes back to the customer; so much of it is open again."""
        return paying.refund_instalment(current_env(), self, amount, day, payment_method, reason, account)

    @action(label=_("Write off"), right="write_off", when=standing.still_open, icon="eraser", danger=True)
    def write_off(
        self,
        amount: Annotated[Decimal, arg(_("Amount"), default=lambda env, record: record.open_amount)],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
    ) -> None:
        """The money is not expected any more; it leaves the account of the customer."""
        writing_off.write_off(current_env(), self, amount, reason)

    @action(
        label=_("Move due date"), right="reschedule", by=standing.still_open, icon="calendar-time", many=True
    )
    def reschedule(
        records: Sequence["Receivable"],
        to: Annotated[date, arg(_("New due date"))],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
    ) -> None:
        """Another day was agreed with the customer; the salesperson is told, the reason stays in the history."""
        instalments.reschedule(current_env(), records, to, reason)

    @action(
        label=_("Split"),
        right="reschedule",
        by=standing.still_open,
        when=standing.untouched,
        icon="arrows-split",
    )
    def split(
        self,
        amount: Annotated[Decimal, arg(_("Amount of the new instalment"))],
        due_on: Annotated[date, arg(_("Due on"), default=lambda env, record: record.due_on)],
    ) -> "Receivable":
        """Two instalments in place of this one, which must be untouched: it is cancelled for them."""
        made: Receivable = instalments.split(current_env(), self, amount, due_on)
        return made

    @transition(
        OPEN, to=CANCELLED, label=_("Cancel"), right="cancel", when=standing.untouched, icon="x", danger=True
    )
    def cancel(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """It is not owed any more. What was received for it has to be released or refunded first."""
        instalments.cancel(current_env(), [self], reason)

    @action(
        label=_("Collection to-do"), right="remind", by=standing.still_open, when=collecting.has_no_to_do,
        icon="bell-ringing", many=True,
    )  # fmt: skip
    def remind(
        records: Sequence["Receivable"],
        due: Annotated[date, arg(_("Due"), default=lambda env, record: env.today)],
        note: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None,
    ) -> None:
        """Salespeople get a task to collect; instalments that have an open one get no second one."""
        collecting.remind(current_env(), records, due, note)

    @action(
        label=_("Record contact"), right="read", by=collecting.may_collect, when=standing.still_open,
        icon="phone-check",
    )  # fmt: skip
    def record_contact(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        outcome: Annotated[str, arg(_("Result"), choices=tuple(RESULTS))],
        remark: Annotated[str, arg(_("Remark"), longtext=True)],
        promised_on: Annotated[date | None, arg(_("Promised for"), required=False)] = None,
    ) -> None:
        """What the customer said about paying: a promised date, a dispute, that it was paid. The to-do is done."""
        collecting.record_contact(current_env(), self, kind, outcome, remark, promised_on)

    @action(
        label=_("Request invoice"), right="invoice", by=standing.in_force, when=invoicing.leaves_a_rest,
        icon="file-invoice", many=True,
    )  # fmt: skip
    def request_invoice(
        records: Sequence["Receivable"],
        due: Annotated[date, arg(_("Wanted by"), default=lambda env, record: env.today)],
        note: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None,
    ) -> list["Invoice"]:
        """An invoicing task for accounting, for what was not invoiced yet."""
        return invoicing.request(current_env(), records, due, note)
