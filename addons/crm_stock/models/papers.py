"""What stock-in and stock-out have in common."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from addons.crm_product.models import Product, Unit
from addons.crm_product.roles import COST_ROLES
from addons.crm_stock.models.warehouse import Warehouse
from addons.crm_stock.services import papers
from addons.crm_stock.services.defaults import default_warehouse
from addons.crm_stock.states import DRAFT, POSTED
from core.api import (
    CompanyOwned,
    Mapped,
    State,
    User,
    _,
    current_env,
    field,
    longtext,
    many2one,
    money,
    state_field,
    transition,
)  # fmt: skip
from core.api import Model as _Model


class StockPaper(_Model, mixin=True):
    """The head of a stock document."""

    warehouse: Mapped[Warehouse] = many2one(
        _("Warehouse"), default=default_warehouse, required=True, tracked=True
    )
    source: Mapped[str | None] = field(
        _("Origin"), default=None, searchable=True, max_length=120,
        help=_("The paper that it goes back to: a delivery note, an order, a request."),
    )  # fmt: skip
    state: Mapped[State] = state_field(DRAFT)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    posted_at: Mapped[datetime | None] = field(_("Posted at"), default=None, readonly=True, sortable=True)
    posted_by: Mapped[User | None] = many2one(_("Posted by"), default=None, readonly=True)
    reverse_reason: Mapped[str | None] = longtext(
        _("Reason of reversing"), default=None, readonly=True, tracked=True
    )

    @transition(
        DRAFT, to=POSTED, label=_("Post"), right="post", icon="circle-check", many=True,
        confirm=_("Stock changes at once; the document cannot be changed afterwards, only reversed."),
    )  # fmt: skip
    def post(records: Sequence["StockPaper"]) -> None:
        """Stock changes at moving average cost. Nothing is posted where a line that goes out lacks goods."""
        papers.post(current_env(), records)


class StockPaperLine(CompanyOwned, mixin=True):
    """A product in a quantity. What was posted stays on the line, so that reversing takes back exactly that."""

    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    product: Mapped[Product] = many2one(_("Product"))
    quantity: Mapped[Decimal] = field(_("Quantity"), default=Decimal(1))
    unit: Mapped[Unit | None] = many2one(
        _("Unit"), default=None, help=_("The product's own unit where none is chosen.")
    )
    remarks: Mapped[str | None] = field(_("Remarks"), default=None, max_length=255)
    posted_quantity: Mapped[Decimal | None] = field(
        _("Posted quantity"), default=None, readonly=True, help=_("In the product's unit.")
    )
    posted_value: Mapped[Decimal | None] = money(
        _("Posted value"), default=None, readonly=True, visible_to=COST_ROLES
    )
