"""What should be bought, until somebody orders it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from addons.crm_product.models import Product
from addons.crm_purchase.models.order import PurchaseOrder
from addons.crm_purchase.models.supplier import Supplier
from addons.crm_purchase.services import proposing
from addons.crm_purchase.states import DISMISSED, ORDERED, PROPOSED
from core.api import (
    CompanyOwned,
    Mapped,
    State,
    Tracked,
    _,
    current_env,
    field,
    many2one,
    state_field,
    transition,
)


class Proposal(
    CompanyOwned, Tracked, label=_("Purchase proposal"), plural=_("Purchase proposals"), display="reason",
    indexed=[("key",)], icon="note",
):  # fmt: skip
    """A product that is missing: from minimum stock, from orders that lack goods, or entered by hand."""

    product: Mapped[Product] = many2one(_("Product"))
    quantity: Mapped[Decimal] = field(
        _("Quantity"), default=Decimal(1), minimum=0, help=_("In the unit of the product.")
    )
    supplier: Mapped[Supplier | None] = many2one(
        _("Supplier"), default=None, help=_("Left empty, the preferred one of those who supply the product.")
    )
    needed_on: Mapped[date | None] = field(_("Needed on"), default=None, sortable=True)
    reason: Mapped[str | None] = field(_("Reason"), default=None, searchable=True, max_length=255)
    key: Mapped[str | None] = field(_("Origin"), default=None, readonly=True, max_length=120)
    state: Mapped[State] = state_field(PROPOSED)
    order: Mapped[PurchaseOrder | None] = many2one(
        _("Purchase order"), default=None, on_delete="clear", readonly=True
    )

    @transition(PROPOSED, to=ORDERED, label=_("Order"), icon="clipboard-list", many=True)
    def order_now(records: Sequence["Proposal"]) -> None:
        """One draft of a purchase order for each supplier."""
        proposing.order(current_env(), records)

    @transition(PROPOSED, to=DISMISSED, label=_("Dismiss"), icon="x", many=True)
    def dismiss(records: Sequence["Proposal"]) -> None:
        """It is not going to be bought."""
