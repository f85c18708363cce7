"""What is promised to whom."""

from decimal import Decimal

from addons.crm_product.models import Product
from addons.crm_stock.models.level import Level
from addons.crm_stock.models.warehouse import Warehouse
from core.api import CompanyOwned, Mapped, _, field, many2one


class Reservation(
    CompanyOwned, label=_("Reservation"), plural=_("Reservations"), display="title", ordered_by="-id",
    unique=[("level", "source_model", "source_id")], indexed=[("source_model", "source_id")], undoable=False,
    icon="lock",
):  # fmt: skip
    """The part of a level that is kept for one source, such as an order line. Altogether it is the level's reserved
    quantity; rows whose quantity fell to zero stay as a trace.
    """

    level: Mapped[Level] = many2one(_("Stock level"), readonly=True)
    product: Mapped[Product] = many2one(_("Product"), readonly=True)
    warehouse: Mapped[Warehouse] = many2one(_("Warehouse"), readonly=True)
    title: Mapped[str] = field(
        _("Reserved for"), readonly=True, searchable=True, sortable=True, max_length=255
    )
    quantity: Mapped[Decimal] = field(
        _("Quantity"),
        default=Decimal(0),
        minimum=0,
        readonly=True,
        sortable=True,
        help=_("In the product's unit."),
    )
    source_model: Mapped[str] = field(_("Kind of source"), readonly=True, max_length=80)
    source_id: Mapped[int] = field(_("Number of the source"), readonly=True, grouped=False)
