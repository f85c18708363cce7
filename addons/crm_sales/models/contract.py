"""The contract, from which orders are called off (process P5)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_sales.models.paper import WrittenPaper
from addons.crm_sales.models.quote import Quote
from addons.crm_sales.services import contracting, ordering
from addons.crm_sales.services.people import superior_of
from addons.crm_sales.states import (
    CONTRACT_APPROVED,
    CONTRACT_CANCELLED,
    CONTRACT_COMPLETED,
    CONTRACT_DRAFT,
    CONTRACT_EXPIRED,
    CONTRACT_IN_FORCE,
    CONTRACT_SIGNED,
    CONTRACT_TERMINATED,
)
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    StoredFile,
    Tracked,
    Where,
    _,
    action,
    arg,
    current_env,
    field,
    file,
    longtext,
    many2one,
    number,
    one2many,
    option,
    state_field,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models import Task
    from addons.crm_sales.models.contract_line import ContractLine
    from addons.crm_sales.models.order import Order


def superior(env: Any) -> Where:
    """The direct superior of the owner; directors and the general manager in what they reach."""
    return superior_of(env, Contract.owner)


class Contract(
    CompanyOwned, Owned, Tracked, WrittenPaper, label=_("Contract"), plural=_("Contracts"), display="title",
    unique=[("number",)], indexed=[("owner", "state")], icon="writing-sign", editable_in=(CONTRACT_DRAFT,),
    always_editable=("remarks", "signed_file"),
):  # fmt: skip
    """What was agreed with a customer for a term; orders call its products off."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_sales.contract", sortable=True, searchable=True,
        final_in=(
            CONTRACT_APPROVED, CONTRACT_SIGNED, CONTRACT_IN_FORCE, CONTRACT_COMPLETED, CONTRACT_TERMINATED,
            CONTRACT_EXPIRED,
        ),
    )  # fmt: skip
    title: Mapped[str] = field(_("Subject"), searchable=True, sortable=True, max_length=255)
    state: Mapped[State] = state_field(CONTRACT_DRAFT)
    kind: Mapped[Option | None] = option(_("Contract type"), list="crm_sales.contract_kind", default=None)
    our_party: Mapped[str | None] = field(_("Party on our side"), default=None, max_length=255)
    other_party: Mapped[str | None] = field(_("Party on the customer's side"), default=None, max_length=255)
    third_party: Mapped[str | None] = field(_("Further party"), default=None, max_length=255)
    signed_on: Mapped[date | None] = field(_("Signed on"), default=None, readonly=True, sortable=True)
    starts_on: Mapped[date] = field(_("Begins on"), default=ordering.today, sortable=True)
    ends_on: Mapped[date | None] = field(_("Ends on"), default=None, sortable=True, tracked=True)
    reminded: Mapped[bool] = field(_("Renewal task made"), default=False, readonly=True)
    signed_file: Mapped[StoredFile | None] = file(_("Signed contract"), default=None)
    end_reason: Mapped[str | None] = longtext(
        _("Reason of the end"), default=None, readonly=True, tracked=True
    )
    quote: Mapped[Quote | None] = many2one(_("Quote"), default=None, readonly=True)
    previous: Mapped["Contract | None"] = many2one(_("Renews"), default=None, readonly=True)
    renewals: Mapped[list["Contract"]] = one2many(_("Renewed by"), back="previous")

    lines: Mapped[list["ContractLine"]] = one2many(_("Contract lines"), back="document")
    orders: Mapped[list["Order"]] = one2many(_("Sales orders"), back="contract")
    reminders: Mapped[list["Task"]] = one2many(_("Reminders"), back="contract")

    @transition(
        CONTRACT_DRAFT, to=CONTRACT_APPROVED, label=_("Approve"), right="approve", by=superior, icon="checks", many=True
    )  # fmt: skip
    def approve(records: Sequence["Contract"]) -> None:
        """A superior agrees with the contract; the owner is told."""
        contracting.approve(current_env(), records)

    @transition(CONTRACT_APPROVED, to=CONTRACT_DRAFT, label=_("Back to draft"), icon="arrow-back-up")
    def redraft(self) -> None:
        """Something has to be changed before it is signed."""

    @transition(
        CONTRACT_DRAFT, CONTRACT_APPROVED, to=CONTRACT_CANCELLED, label=_("Cancel"), icon="x", many=True, danger=True
    )  # fmt: skip
    def cancel(
        records: Sequence["Contract"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """It will not be signed. Its number, if it is final already, stays on it."""
        contracting.cancel(current_env(), records, reason)

    @transition(CONTRACT_DRAFT, CONTRACT_APPROVED, to=CONTRACT_SIGNED, label=_("Signed"), icon="writing-sign")
    def sign(self, on: Annotated[date, arg(_("Signed on"), default=lambda env, record: env.today)]) -> None:
        """Both sides have signed; the signed file is kept on the contract."""
        contracting.sign(current_env(), self, on)

    @transition(
        CONTRACT_SIGNED, to=CONTRACT_IN_FORCE, label=_("Put into force"), icon="player-play", many=True
    )  # fmt: skip
    def put_in_force(records: Sequence["Contract"]) -> None:
        """From now on orders are called off from it."""
        contracting.put_in_force(current_env(), records)

    @transition(
        CONTRACT_IN_FORCE, to=CONTRACT_COMPLETED, label=_("Completed"), icon="circle-check", many=True
    )
    def complete(records: Sequence["Contract"]) -> None:
        """Everything that was agreed is done."""
        contracting.end(current_env(), records)

    @transition(
        CONTRACT_SIGNED, CONTRACT_IN_FORCE, to=CONTRACT_TERMINATED, label=_("Terminate"), icon="ban", danger=True,
        many=True,
    )  # fmt: skip
    def terminate(
        records: Sequence["Contract"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """It ends before its time; no order is called off any more."""
        contracting.end(current_env(), records, reason)

    @transition(CONTRACT_IN_FORCE, to=CONTRACT_EXPIRED, label=_("Expired"), automatic=True, many=True)
    def expire(records: Sequence["Contract"]) -> None:
        """The last day of its term has passed."""
        contracting.end(current_env(), records)

    @transition(CONTRACT_IN_FORCE, to=None, label=_("Call off an order"), icon="shopping-cart")
    def call_off(self) -> "Order":
        """A draft order with what is left of the contract's quantities at the agreed prices."""
        return contracting.call_off(current_env(), self)

    @action(label=_("Renew"), right="create", icon="refresh", even_final=True)
    def renew(self) -> "Contract":
        """The next contract with the same content, whose term begins the day after this one ends."""
        made: Contract = contracting.renew(current_env(), self)
        return made
