"""What came from a supplier on an order, and what went back."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from addons.crm_product.models import Product, Unit
from addons.crm_purchase.models.order import RECEIVE, PurchaseLine, PurchaseOrder
from addons.crm_purchase.models.supplier import Supplier
from addons.crm_purchase.services import ordering, receiving
from addons.crm_purchase.states import RECEIPT_DRAFT, RECEIPT_POSTED, RECEIPT_REVERSED
from core.api import (
    CompanyOwned,
    Mapped,
    State,
    Tracked,
    _,
    arg,
    computed,
    current_env,
    field,
    longtext,
    many2one,
    number,
    one2many,
    selection,
    state_field,
    transition,
)  # fmt: skip

KINDS = [("receipt", _("Receipt")), ("return", _("Return"))]


class GoodsReceipt(
    CompanyOwned, Tracked, label=_("Receipt"), plural=_("Receipts"), display="number", unique=[("number",)],
    icon="package", editable_in=(RECEIPT_DRAFT,), always_editable=("remarks",), undoable=False,
):  # fmt: skip
    """Goods that came on a purchase order, or that go back. A posted one is corrected by reversing it."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_purchase.receipt", sortable=True, searchable=True,
        final_in=(RECEIPT_POSTED, RECEIPT_REVERSED),
    )  # fmt: skip
    kind: Mapped[str] = selection(
        _("Receipt or return"), choices=KINDS, default="receipt", readonly=True, index=True
    )
    order: Mapped[PurchaseOrder] = many2one(_("Purchase order"), readonly=True)
    supplier: Mapped[Supplier] = many2one(_("Supplier"), readonly=True)
    state: Mapped[State] = state_field(RECEIPT_DRAFT)
    received_on: Mapped[date] = field(_("Day"), default=ordering.today, sortable=True)
    delivery_note: Mapped[str | None] = field(
        _("Supplier's delivery note"), default=None, searchable=True, max_length=120
    )
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    posted_at: Mapped[datetime | None] = field(_("Posted at"), default=None, readonly=True, sortable=True)
    reverse_reason: Mapped[str | None] = longtext(
        _("Reason of reversing"), default=None, readonly=True, tracked=True
    )
    lines: Mapped[list["GoodsReceiptLine"]] = one2many(_("Lines"), back="receipt")

    @transition(
        RECEIPT_DRAFT, to=RECEIPT_POSTED, label=_("Post"), right=RECEIVE, icon="circle-check", many=True,
        confirm=_("It cannot be changed afterwards, only reversed."),
    )  # fmt: skip
    def post(records: Sequence["GoodsReceipt"]) -> None:
        """The order follows; more than is open, or than has come, is refused."""
        receiving.post(current_env(), records)

    @transition(
        RECEIPT_POSTED, to=RECEIPT_REVERSED, label=_("Reverse"), right=RECEIVE, icon="arrow-back", many=True,
        danger=True,
    )  # fmt: skip
    def reverse(
        records: Sequence["GoodsReceipt"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """It was posted by mistake."""
        receiving.reverse(current_env(), records, reason)


def counted(line: Any) -> Decimal:
    """What it adds to the received quantity of the order line: nothing before posting, less for a return."""
    if line.receipt.state.code != RECEIPT_POSTED.code:
        return Decimal(0)
    return Decimal(line.quantity or 0) * (-1 if line.receipt.kind == "return" else 1)


class GoodsReceiptLine(
    CompanyOwned, label=_("Line of a receipt"), plural=_("Lines of receipts"), display="product", ordered_by="sequence",
    part_of="receipt", icon="package",
):  # fmt: skip
    """How much of an order line came or goes back, in the unit of the order line."""

    receipt: Mapped[GoodsReceipt] = many2one(_("Receipt"), on_delete="part_of")
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    line: Mapped[PurchaseLine] = many2one(_("Order line"), among=receiving.lines_of_the_order)
    product: Mapped[Product] = many2one(_("Product"), readonly=True)
    unit: Mapped[Unit] = many2one(_("Unit"), readonly=True)
    quantity: Mapped[Decimal] = field(_("Quantity"), minimum=0)
    counted: Mapped[Decimal] = computed(
        _("Counts as received"), by=counted, depends=("quantity", "receipt.state", "receipt.kind")
    )
