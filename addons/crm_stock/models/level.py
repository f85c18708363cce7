"""How much of a product there is in a warehouse."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_product.models import Product
from addons.crm_product.roles import COST_ROLES
from addons.crm_stock.models.warehouse import Location, Warehouse
from core.api import CompanyOwned, Mapped, _, computed, field, many2one, money, one2many

if TYPE_CHECKING:
    from addons.crm_stock.models.movement import Movement
    from addons.crm_stock.models.reservation import Reservation

_NOUGHT = Decimal(0)


def available(level: Any) -> Decimal:
    """What is there and promised to nobody."""
    return Decimal(level.on_hand - level.reserved)


def lacking(level: Any) -> Decimal:
    """What is missing up to the minimum, with what is on its way counted as there."""
    expected: Decimal = available(level) + level.on_order
    return max(_NOUGHT, Decimal(level.minimum or 0) - expected)


class Level(
    CompanyOwned, label=_("Stock level"), plural=_("Stock"), display="product", unique=[("product", "warehouse")],
    undoable=False, icon="packages",
):  # fmt: skip
    """The balances of one product in one warehouse, in the product's unit. Documents and reservations change them;
    people say where the product lies and how much of it there should be.
    """

    product: Mapped[Product] = many2one(_("Product"))
    warehouse: Mapped[Warehouse] = many2one(_("Warehouse"))
    location: Mapped[Location | None] = many2one(_("Location"), default=None, on_delete="clear")
    on_hand: Mapped[Decimal] = field(_("On hand"), default=_NOUGHT, readonly=True, sortable=True)
    reserved: Mapped[Decimal] = field(_("Reserved"), default=_NOUGHT, readonly=True, sortable=True)
    on_order: Mapped[Decimal] = field(
        _("On order"), default=_NOUGHT, readonly=True, sortable=True,
        help=_("Ordered from suppliers or in production, and not there yet."),
    )  # fmt: skip
    available: Mapped[Decimal] = computed(
        _("Available"), by=available, depends=("on_hand", "reserved"), sortable=True
    )
    minimum: Mapped[Decimal | None] = field(
        _("Minimum stock"), default=None, minimum=0, help=_("Below it, purchase is proposed.")
    )
    lacking: Mapped[Decimal] = computed(
        _("Missing"), by=lacking, depends=("on_hand", "reserved", "on_order", "minimum"), sortable=True
    )
    average_cost: Mapped[Decimal] = field(
        _("Average cost"), default=_NOUGHT, money=True, readonly=True, visible_to=COST_ROLES,
        help=_("Moving average of what came in, for one unit."),
    )  # fmt: skip
    value: Mapped[Decimal] = money(
        _("Stock value"), default=_NOUGHT, readonly=True, sortable=True, visible_to=COST_ROLES
    )
    moved_at: Mapped[datetime | None] = field(_("Last movement"), default=None, readonly=True, sortable=True)
    movements: Mapped[list["Movement"]] = one2many(_("Movements"), back="level")
    reservations: Mapped[list["Reservation"]] = one2many(_("Reservations"), back="level")
