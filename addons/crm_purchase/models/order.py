"""The purchase order and its lines."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_product.models import PricedDocument, PricedLine
from addons.crm_purchase.models.supplier import Supplier, SupplierContact
from addons.crm_purchase.services import ordering, receiving
from addons.crm_purchase.states import (
    APPROVED,
    CANCELLED,
    CLOSED,
    DRAFT,
    EXPECTED,
    PARTLY,
    RECEIVED,
    SENT,
    WITH_SUPPLIER,
)
from core.api import (
    CompanyOwned,
    Mapped,
    Owned,
    State,
    Tracked,
    User,
    Where,
    _,
    action,
    arg,
    computed,
    current_env,
    field,
    longtext,
    many2one,
    number,
    one2many,
    state_field,
    total,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_purchase.models.receipt import GoodsReceipt, GoodsReceiptLine

APPROVE = "approve"
"""The function right of the purchasing manager."""
RECEIVE = "receive"
"""The function right of whoever books what comes in and goes back."""


def on_the_way(env: Any) -> Where:
    """Something of it is yet to come from the supplier."""
    return PurchaseOrder.state.in_(EXPECTED)


def something_came(env: Any) -> Where:
    """Something of it has come."""
    return PurchaseOrder.begun_lines > 0


class PurchaseOrder(
    CompanyOwned, Owned, Tracked, PricedDocument, label=_("Purchase order"), plural=_("Purchase orders"),
    display="number", unique=[("number",)], icon="clipboard-list", editable_in=(DRAFT,),
    always_editable=("remarks", "supplier_reference", "expected_on"), undoable=False,
):  # fmt: skip
    """What we order from a supplier. People edit the draft; after approval steps change it."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_purchase.order", sortable=True, searchable=True,
        final_in=(APPROVED, SENT, PARTLY, RECEIVED, CLOSED),
    )  # fmt: skip
    supplier: Mapped[Supplier] = many2one(_("Supplier"), tracked=True)
    contact: Mapped[SupplierContact | None] = many2one(
        _("Contact"), default=None, on_delete="clear", among=ordering.contacts_of_the_supplier
    )
    state: Mapped[State] = state_field(DRAFT)
    ordered_on: Mapped[date] = field(_("Order date"), default=ordering.today, sortable=True)
    expected_on: Mapped[date | None] = field(_("Expected on"), default=None, sortable=True, tracked=True)
    supplier_reference: Mapped[str | None] = field(
        _("Supplier's order number"), default=None, searchable=True, max_length=120
    )
    terms: Mapped[str | None] = longtext(_("Terms"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    approved_by: Mapped[User | None] = many2one(_("Approved by"), default=None, readonly=True)
    end_reason: Mapped[str | None] = longtext(
        _("Reason of the end"), default=None, readonly=True, tracked=True
    )
    lines: Mapped[list["PurchaseLine"]] = one2many(_("Lines"), back="document")
    receipts: Mapped[list["GoodsReceipt"]] = one2many(_("Receipts and returns"), back="order")
    open_lines: Mapped[int] = total(_("Lines still open"), of="lines", where=("is_incomplete", True))
    begun_lines: Mapped[int] = total(_("Lines with receipts"), of="lines", where=("is_begun", True))

    @transition(DRAFT, to=APPROVED, label=_("Approve"), right=APPROVE, icon="circle-check", many=True)
    def approve(records: Sequence["PurchaseOrder"]) -> None:
        """It may be sent; prices and quantities are fixed."""
        ordering.approve(current_env(), records)

    @transition(APPROVED, to=DRAFT, label=_("Back to draft"), icon="arrow-back")
    def rework(self) -> None:
        """It is changed once more, and approved anew."""
        self.approved_by = None

    @transition(
        APPROVED, to=SENT, label=_("Sent to the supplier"), icon="mail", many=True,
        confirm=_("What is ordered counts as on its way."),
    )  # fmt: skip
    def send(records: Sequence["PurchaseOrder"]) -> None:
        """The supplier has it."""
        ordering.send(current_env(), records)

    @transition(*WITH_SUPPLIER, to=PARTLY, label=_("Partly received"), automatic=True, many=True)
    def note_part(records: Sequence["PurchaseOrder"]) -> None:
        """Something came, and something is open."""

    @transition(*WITH_SUPPLIER, to=RECEIVED, label=_("Received"), automatic=True, many=True)
    def note_complete(records: Sequence["PurchaseOrder"]) -> None:
        """The last goods came."""

    @transition(*WITH_SUPPLIER, to=SENT, label=_("Receipts reversed"), automatic=True, many=True)
    def note_nothing(records: Sequence["PurchaseOrder"]) -> None:
        """All receipts were taken back."""

    @action(label=_("Receive goods"), right=RECEIVE, when=on_the_way, icon="package")
    def receive(self) -> "GoodsReceipt":
        """A draft of a receipt with all that is open; enter what came, and post it."""
        return receiving.draft(current_env(), self, "receipt")

    @action(label=_("Return goods"), right=RECEIVE, when=something_came, icon="arrow-back-up")
    def give_back(self) -> "GoodsReceipt":
        """A draft of a return with all that came; leave what goes back, and post it."""
        return receiving.draft(current_env(), self, "return")

    @transition(
        *WITH_SUPPLIER, to=CLOSED, label=_("Close"), icon="archive", many=True, danger=True,
        confirm=_("After closing nothing can be done with the order any more."),
    )  # fmt: skip
    def close(
        records: Sequence["PurchaseOrder"],
        reason: Annotated[
            str | None, arg(_("Reason (needed where something is still open)"), required=False, longtext=True)
        ] = None,
    ) -> None:
        """Final for everybody; what is open will not come."""
        ordering.close(current_env(), records, reason)

    @transition(DRAFT, APPROVED, SENT, to=CANCELLED, label=_("Cancel"), icon="x", many=True, danger=True)
    def cancel(
        records: Sequence["PurchaseOrder"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """It is not going to be delivered."""
        ordering.cancel(current_env(), records, reason)


def still_open(line: Any) -> Decimal:
    """What is yet to come, in the unit of the line."""
    return max((line.quantity or Decimal(0)) - (line.received or Decimal(0)), Decimal(0))


def is_expected(line: Any) -> bool:
    """Whether something is yet to come: nothing is of drafts, and of what was cancelled or closed."""
    return bool(line.is_sent and line.is_incomplete)


class PurchaseLine(
    PricedLine, label=_("Line of a purchase order"), plural=_("Lines of purchase orders"), display="product",
    ordered_by="sequence", icon="package", part_of="document",
):  # fmt: skip
    """A product that is ordered, and how much of it has come."""

    document: Mapped[PurchaseOrder] = many2one(_("Purchase order"), on_delete="part_of")
    expected_on: Mapped[date | None] = field(_("Expected on"), default=None, sortable=True)
    receipts: Mapped[list["GoodsReceiptLine"]] = one2many(_("Receipts"), back="line")
    received: Mapped[Decimal] = total(_("Received"), of="receipts", sum="counted")
    open_quantity: Mapped[Decimal] = computed(
        _("Still open"), by=still_open, depends=("quantity", "received")
    )
    is_incomplete: Mapped[bool] = computed(
        _("Not received in full"), by=lambda line: still_open(line) > 0, depends=("quantity", "received")
    )
    is_sent: Mapped[bool] = field(_("With the supplier"), default=False, readonly=True)
    """Its order was sent, and neither cancelled nor closed since. Steps of orders say so: `services.ordering`."""
    is_open: Mapped[bool] = computed(
        _("Open"), default=False, by=is_expected, depends=("is_sent", "is_incomplete")
    )
    is_begun: Mapped[bool] = computed(
        _("Partly received"), by=lambda line: bool(line.received), depends=("received",)
    )
