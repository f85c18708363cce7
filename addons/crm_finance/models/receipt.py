"""Money that came in or went back."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Optional

from addons.crm_base.models import Customer
from addons.crm_finance.models.cash_account import CashAccount
from addons.crm_finance.services import matching, money, paying, posting, standing
from addons.crm_finance.services.choices import RECEIPT_KINDS
from addons.crm_finance.states import DRAFT, POSTED, REVERSED
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    StoredFile,
    Tracked,
    _,
    action,
    arg,
    computed,
    currency,
    current_env,
    field,
    file,
    longtext,
    many2one,
    number,
    one2many,
    option,
    selection,
    state_field,
    total,
    transition,
)  # fmt: skip
from core.api import money as amount_of_money

if TYPE_CHECKING:
    from addons.crm_finance.models.matching import Matching
    from addons.crm_finance.models.receivable import Receivable


class Receipt(
    CompanyOwned, Owned, Tracked, label=_("Receipt"), plural=_("Receipts"), display="number", ordered_by="-day",
    unique=[("number",)], indexed=[("customer", "state", "day"), ("customer", "is_unmatched")],
    icon="receipt", editable_in=(DRAFT,), undoable=False,
):  # fmt: skip
    """A receipt, an advance receipt or a refund. Once posted it changes no more: it is reversed by another document."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_finance.receipt", sortable=True, searchable=True,
        final_in=(POSTED, REVERSED),
    )  # fmt: skip
    kind: Mapped[str] = selection(_("Kind"), choices=RECEIPT_KINDS, default="receipt", index=True)
    state: Mapped[State] = state_field(DRAFT)
    customer: Mapped[Customer] = many2one(_("Customer"))
    day: Mapped[date] = field(_("Day"), default=standing.today, sortable=True)
    currency: Mapped[str] = currency(_("Currency"))
    exchange_rate: Mapped[Decimal] = field(
        _("Exchange rate"), default=None, required=True, minimum=0,
        help=_("Company currency for one unit. In the currency of the company it is 1."),
    )  # fmt: skip
    amount: Mapped[Decimal] = amount_of_money(_("Amount"), currency="currency", sortable=True)
    value: Mapped[Decimal] = computed(
        _("In company currency"), by=money.value_of, depends=("amount", "exchange_rate"), money=True
    )
    method: Mapped[Option | None] = option(
        _("Payment method"), list="crm_finance.payment_method", default=None
    )
    account: Mapped[CashAccount | None] = many2one(_("Account"), default=None)
    reference: Mapped[str | None] = field(
        _("Reference"), default=None, searchable=True, max_length=120,
        help=_("Number of the bank slip, cheque or transaction."),
    )  # fmt: skip
    slip: Mapped[StoredFile | None] = file(_("Slip"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    matched: Mapped[Decimal] = total(_("Matched"), of="matchings", sum="amount", currency="currency")
    refunded: Mapped[Decimal] = total(_("Taken from"), of="refundings", sum="amount", currency="currency")
    unmatched: Mapped[Decimal] = computed(
        _("To be matched"), by=posting.unmatched, depends=("amount", "matched", "refunded", "state", "reverses"),
        currency="currency",
    )  # fmt: skip
    unmatched_value: Mapped[Decimal] = computed(
        _("To be matched, in company currency"), by=posting.unmatched_value,
        depends=("unmatched", "exchange_rate", "kind"), money=True,
    )  # fmt: skip
    is_unmatched: Mapped[bool] = computed(
        _("Is to be matched"), by=posting.is_unmatched, depends=("unmatched",)
    )
    reverses: Mapped[Optional["Receipt"]] = many2one(_("Reverses"), default=None, readonly=True)
    reversal_reason: Mapped[str | None] = longtext(_("Reason of the reversal"), default=None, readonly=True)
    posted_at: Mapped[datetime | None] = field(_("Posted at"), default=None, readonly=True)

    matchings: Mapped[list["Matching"]] = one2many(_("Matched with"), back="receipt")
    refundings: Mapped[list["Matching"]] = one2many(_("Refunded from"), back="refund")
    reversed_by: Mapped[list["Receipt"]] = one2many(_("Reversed by"), back="reverses")

    @transition(DRAFT, to=POSTED, label=_("Post"), right="post", icon="check")
    def post(self) -> None:
        """It counts in the account of the customer from now on, and is changed no more."""
        posting.post(current_env(), self)

    @action(label=_("Match"), right="match", when=posting.has_a_rest, icon="link")
    def match(
        self,
        receivable: Annotated["Receivable", arg(_("Instalment"))],
        amount: Annotated[
            Decimal | None,
            arg(_("Amount"), required=False, help=_("When left empty, as much as fits on both sides.")),
        ] = None,
    ) -> None:
        """It pays an instalment, in full or in part; a refund takes back what was paid for it."""
        matching.match(current_env(), self, receivable, amount)

    @action(
        label=_("Match the oldest"), right="match", when=posting.has_a_rest, icon="sort-ascending",
        confirm=_("Match the open amounts of this customer, the oldest due first?"),
    )  # fmt: skip
    def match_oldest(self) -> None:
        """It pays the open instalments of its customer and currency, the oldest due first."""
        matching.match_oldest(current_env(), self)

    @action(label=_("Refund"), right="refund", by=posting.can_be_refunded, icon="arrow-back-up", danger=True)
    def refund_rest(
        self,
        amount: Annotated[Decimal, arg(_("Amount"), default=lambda env, record: record.unmatched)],
        day: Annotated[date, arg(_("Refunded on"), default=lambda env, record: env.today)],
        payment_method: Annotated[Option, arg(_("Payment method"), list="crm_finance.payment_method")],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
        account: Annotated[CashAccount | None, arg(_("Account"), required=False)] = None,
    ) -> "Receipt":
        """What of it belongs to no instalment goes back to the customer."""
        return paying.refund_rest(current_env(), self, amount, day, payment_method, reason, account)

    @transition(
        POSTED, to=REVERSED, label=_("Reverse"), right="reverse", by=posting.is_no_reversal, icon="rotate-2",
        danger=True,
    )  # fmt: skip
    def reverse(
        self,
        day: Annotated[date, arg(_("Day"), default=lambda env, record: env.today)],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
    ) -> "Receipt":
        """A document of the opposite amount; everything that was matched is open again."""
        made: Receipt = posting.reverse(current_env(), self, day, reason)
        return made
