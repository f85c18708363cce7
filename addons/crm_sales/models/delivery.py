"""The delivery document: what was shipped, how, and the proof of it (SALE-10)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from addons.crm_base.models import Address, Customer
from addons.crm_sales.models.delivery_plan import DeliveryPlan
from addons.crm_sales.models.order import DELIVER, Order
from addons.crm_sales.models.order_line import OrderLine
from addons.crm_sales.services import delivering, ordering, preparing
from addons.crm_sales.states import DELIVERY_CANCELLED, DELIVERY_DRAFT, DELIVERY_POSTED, DELIVERY_REVERSED
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    State,
    StoredFile,
    Tracked,
    _,
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
    translated,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_product.models import Product


class Delivery(
    CompanyOwned, Tracked, label=_("Delivery"), plural=_("Deliveries"), display="number", unique=[("number",)],
    icon="truck-delivery", editable_in=(DELIVERY_DRAFT,), undoable=False,
    always_editable=("tracking_number", "received_on", "received_by", "proof", "remarks"),
):  # fmt: skip
    """A shipment of an order, in full, in part or by instalments. A posted one is corrected by reversing it."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_sales.delivery", sortable=True, searchable=True,
        final_in=(DELIVERY_POSTED, DELIVERY_REVERSED),
    )  # fmt: skip
    order: Mapped[Order] = many2one(_("Sales order"), readonly=True)
    customer: Mapped[Customer] = many2one(_("Customer"), readonly=True)
    state: Mapped[State] = state_field(DELIVERY_DRAFT)
    planned_on: Mapped[date] = field(_("Planned for"), default=ordering.today, sortable=True)
    posted_at: Mapped[datetime | None] = field(_("Shipped at"), default=None, readonly=True, sortable=True)
    ship_to: Mapped[Address | None] = many2one(
        _("Delivery address"), default=None, on_delete="clear", among=ordering.addresses_of_the_customer
    )
    carrier: Mapped[Option | None] = option(_("Carrier"), list="crm_sales.carrier", default=None)
    tracking_number: Mapped[str | None] = field(
        _("Tracking number"), default=None, searchable=True, max_length=120
    )
    received_on: Mapped[date | None] = field(_("Received on"), default=None)
    received_by: Mapped[str | None] = field(_("Received by"), default=None, max_length=120)
    proof: Mapped[StoredFile | None] = file(_("Proof of delivery"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    reversed_at: Mapped[datetime | None] = field(_("Reversed at"), default=None, readonly=True, sortable=True)
    reverse_reason: Mapped[str | None] = longtext(
        _("Reason of reversing"), default=None, readonly=True, tracked=True
    )
    lines: Mapped[list["DeliveryLine"]] = one2many(_("Delivery lines"), back="delivery")

    @transition(
        DELIVERY_DRAFT, to=DELIVERY_POSTED, label=_("Ship"), right=DELIVER, icon="truck-delivery", many=True,
        confirm=_("The goods leave; the delivery cannot be changed afterwards, only reversed."),
    )  # fmt: skip
    def post(records: Sequence["Delivery"]) -> None:
        """Delivered quantities and instalments follow; the salesperson is told."""
        delivering.post(current_env(), records)

    @transition(
        DELIVERY_POSTED, to=DELIVERY_REVERSED, label=_("Reverse"), right=DELIVER, icon="arrow-back", many=True,
        danger=True,
    )  # fmt: skip
    def reverse(
        records: Sequence["Delivery"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """The whole delivery is taken back: it was posted by mistake, or everything came back."""
        delivering.reverse(current_env(), records, reason)

    @transition(
        DELIVERY_DRAFT, to=DELIVERY_CANCELLED, label=_("Cancel"), right=DELIVER, icon="x", many=True, danger=True
    )  # fmt: skip
    def cancel(records: Sequence["Delivery"]) -> None:
        """It is not going to be shipped."""


class DeliveryLine(
    CompanyOwned, label=_("Delivery line"), plural=_("Delivery lines"), display="product", ordered_by="sequence",
    icon="package", part_of="delivery",
):  # fmt: skip
    """How much of an order line, and of which of its instalments, is shipped, in the unit of the order line."""

    delivery: Mapped[Delivery] = many2one(_("Delivery"), on_delete="part_of")
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    line: Mapped[OrderLine] = many2one(_("Order line"), among=preparing.lines_of_the_order)
    instalment: Mapped[DeliveryPlan | None] = many2one(
        _("Instalment"), default=None, on_delete="clear", among=preparing.instalments_of_the_order
    )
    product: Mapped["Product"] = many2one(_("Product"), readonly=True)
    chosen: Mapped[dict[str, str] | None] = translated(_("Options"), default=None, readonly=True)
    quantity: Mapped[Decimal] = field(_("Quantity"), minimum=0)
