"""The quote, its versions and its steps (process P5)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_sales.models.paper import WrittenPaper
from addons.crm_sales.services import ordering, quoting
from addons.crm_sales.services.people import superior_of
from addons.crm_sales.states import (
    OPEN_QUOTE_STATES,
    QUOTE_ACCEPTED,
    QUOTE_APPROVED,
    QUOTE_DECLINED,
    QUOTE_DRAFT,
    QUOTE_EXPIRED,
    QUOTE_ORDERED,
    QUOTE_REPLACED,
    QUOTE_SENT,
)
from core.api import (
    CompanyOwned,
    Mapped,
    Owned,
    State,
    Tracked,
    Where,
    _,
    action,
    arg,
    current_env,
    field,
    literal,
    longtext,
    many2one,
    number,
    one2many,
    state_field,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models import Task
    from addons.crm_sales.models.contract import Contract
    from addons.crm_sales.models.order import Order
    from addons.crm_sales.models.quote_line import QuoteLine


def superior(env: Any) -> Where:
    """The direct superior of the owner; directors and the general manager in what they reach."""
    return superior_of(env, Quote.owner)


def enters_orders(env: Any) -> Where:
    """Whoever may enter orders."""
    return literal(env.can("create", "crm_sales.order"))


def enters_contracts(env: Any) -> Where:
    """Whoever may enter contracts."""
    return literal(env.can("create", "crm_sales.contract"))


def was_sent(env: Any) -> Where:
    """Quotes that the customer has."""
    return Quote.sent_at.is_not(None)


def was_never_sent(env: Any) -> Where:
    """Quotes that the customer never had."""
    return Quote.sent_at.is_(None)


class Quote(
    CompanyOwned, Owned, Tracked, WrittenPaper, label=_("Quote"), plural=_("Quotes"), display="number",
    unique=[("number",)], indexed=[("owner", "state")], icon="file-invoice", editable_in=(QUOTE_DRAFT,),
    always_editable=("remarks",),
):  # fmt: skip
    """Prices offered to a customer until a day. A later change makes a new version and keeps the old one."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_sales.quote", sortable=True, searchable=True,
        final_in=(QUOTE_APPROVED, QUOTE_SENT, QUOTE_ACCEPTED, QUOTE_ORDERED, QUOTE_REPLACED),
    )  # fmt: skip
    title: Mapped[str | None] = field(_("Subject"), default=None, searchable=True, max_length=255)
    state: Mapped[State] = state_field(QUOTE_DRAFT)
    quoted_on: Mapped[date] = field(_("Quote date"), default=ordering.today, sortable=True)
    valid_until: Mapped[date] = field(
        _("Valid until"), default=quoting.proposed_validity, sortable=True, tracked=True
    )
    version_number: Mapped[int] = field(_("Version of the quote"), default=1, readonly=True, minimum=1)
    previous: Mapped["Quote | None"] = many2one(_("Version before"), default=None, readonly=True)
    next_versions: Mapped[list["Quote"]] = one2many(_("Version after"), back="previous")
    sent_at: Mapped[datetime | None] = field(_("Sent at"), default=None, readonly=True)
    decided_on: Mapped[date | None] = field(_("Decided on"), default=None, readonly=True, sortable=True)
    decline_reason: Mapped[str | None] = longtext(
        _("Reason of declining"), default=None, readonly=True, tracked=True
    )

    lines: Mapped[list["QuoteLine"]] = one2many(_("Quote lines"), back="document")
    contracts: Mapped[list["Contract"]] = one2many(_("Contracts"), back="quote")
    orders: Mapped[list["Order"]] = one2many(_("Sales orders"), back="quote")
    reminders: Mapped[list["Task"]] = one2many(_("Reminders"), back="quote")

    @transition(
        QUOTE_DRAFT, to=QUOTE_APPROVED, label=_("Approve"), right="approve", by=superior, icon="checks", many=True
    )  # fmt: skip
    def approve(records: Sequence["Quote"]) -> None:
        """A superior agrees with the prices; who wrote the quote is told."""
        quoting.approve(current_env(), records)

    @transition(QUOTE_DRAFT, QUOTE_APPROVED, to=QUOTE_SENT, label=_("Mark as sent"), icon="send", many=True)
    def mark_sent(records: Sequence["Quote"]) -> None:
        """The customer has the quote, by mail, on paper or by hand; from now on it is changed by new versions."""
        quoting.mark_sent(current_env(), records)

    @transition(
        QUOTE_DRAFT, QUOTE_APPROVED, QUOTE_SENT, to=QUOTE_ACCEPTED, label=_("Accepted"), icon="thumb-up", many=True
    )  # fmt: skip
    def accept(records: Sequence["Quote"]) -> None:
        """The customer agrees; a contract or an order is the next step."""
        quoting.accept(current_env(), records)

    @transition(
        *OPEN_QUOTE_STATES, QUOTE_ACCEPTED, to=QUOTE_DECLINED, label=_("Declined"), icon="thumb-down", many=True,
        danger=True,
    )  # fmt: skip
    def decline(records: Sequence["Quote"], reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """The customer does not want it."""
        quoting.decline(current_env(), records, reason)

    @transition(
        QUOTE_DRAFT, QUOTE_APPROVED, QUOTE_SENT, to=QUOTE_EXPIRED, label=_("Expired"), automatic=True, many=True
    )  # fmt: skip
    def expire(records: Sequence["Quote"]) -> None:
        """The day until which it was valid has passed."""

    @transition(
        QUOTE_SENT, QUOTE_EXPIRED, to=QUOTE_SENT, label=_("Prolong"), by=was_sent, icon="calendar-plus", many=True
    )  # fmt: skip
    def prolong(
        records: Sequence["Quote"],
        until: Annotated[
            date, arg(_("Valid until"), default=lambda env, _quote: quoting.proposed_validity(env))
        ],
    ) -> None:
        """It holds as it is until a later day; the customer may go on deciding."""
        quoting.prolong(current_env(), records, until)

    @transition(
        QUOTE_EXPIRED, to=QUOTE_DRAFT, label=_("Back to draft"), by=was_never_sent, icon="arrow-back-up"
    )
    def redraft(self) -> None:
        """The customer never had it, so it is written on, with a new last day."""
        quoting.redraft(current_env(), self)

    @transition(
        QUOTE_APPROVED, QUOTE_SENT, QUOTE_ACCEPTED, QUOTE_EXPIRED, to=QUOTE_REPLACED, label=_("New version"),
        icon="copy-plus",
    )  # fmt: skip
    def new_version(self) -> "Quote":
        """A draft with the same number and content; this version stays as it was sent."""
        made: Quote = quoting.new_version(current_env(), self)
        return made

    @transition(
        QUOTE_ACCEPTED, to=QUOTE_ORDERED, label=_("Make an order"), by=enters_orders, icon="shopping-cart"
    )
    def make_order(self) -> "Order":
        """A draft order with the lines and prices of the quote."""
        return quoting.make_order(current_env(), self)

    @transition(
        QUOTE_ACCEPTED, to=QUOTE_ORDERED, label=_("Make a contract"), by=enters_contracts, icon="writing-sign"
    )
    def make_contract(self) -> "Contract":
        """A draft contract with the lines and prices of the quote."""
        return quoting.make_contract(current_env(), self)

    @action(label=_("Copy as new quote"), right="create", icon="copy", even_final=True)
    def copy_as_new(self) -> "Quote":
        """A new draft of its own with the same lines."""
        copied: Quote = quoting.copy_quote(current_env(), self)
        return copied
