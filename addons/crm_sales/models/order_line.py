"""The products of an order."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_product.models import ConfiguredLine
from addons.crm_product.services.amounts import half_up
from addons.crm_sales.models.contract_line import ContractLine
from addons.crm_sales.models.order import Order
from addons.crm_sales.services import plans
from core.api import (
    Mapped,
    Where,
    _,
    action,
    arg,
    computed,
    current_env,
    decimals_of,
    field,
    many2one,
    one2many,
)

if TYPE_CHECKING:
    from addons.crm_sales.models.delivery_plan import DeliveryPlan


_OPEN = ("quantity", "periods", "delivered")


def to_deliver(line: Any) -> Decimal:
    """What is shipped in all: of a product that comes in periods, the quantity in each of them."""
    return (line.quantity or Decimal(0)) * (line.periods or 1)


def still_open(line: Any) -> Decimal:
    """What is yet to be shipped, in the unit of the line."""
    return max(to_deliver(line) - (line.delivered or Decimal(0)), Decimal(0))


def is_incomplete(line: Any) -> bool:
    """Whether something was not shipped, however its order stands."""
    return still_open(line) > 0


def is_open(line: Any) -> bool:
    """Whether something is yet to be shipped: nothing is of drafts, and of what was cancelled or closed."""
    return bool(line.is_promised and line.is_incomplete)


def is_begun(line: Any) -> bool:
    """Whether something was shipped."""
    return bool(line.delivered)


def worth_of_delivered(line: Any) -> Decimal:
    """The shipped part of the line's amount with tax; the last delivery brings exactly what is left."""
    gross, delivered, in_all = line.gross or Decimal(0), line.delivered or Decimal(0), to_deliver(line)
    if delivered >= in_all:
        return gross if delivered else Decimal(0)
    return half_up(
        Fraction(gross) * Fraction(delivered) / Fraction(in_all), decimals_of(line.document.currency)
    )


def still_to_ship(env: Any) -> Where:
    """Something of it is yet to be shipped, and its order runs."""
    return OrderLine.is_open.is_(True)


class OrderLine(
    ConfiguredLine, label=_("Order line"), plural=_("Order lines"), display="product",
    ordered_by="sequence", icon="package", part_of="document",
    indexed=[("is_open",), ("document", "is_open")],
):  # fmt: skip
    """A product with quantity, price and date of delivery."""

    document: Mapped[Order] = many2one(_("Sales order"), on_delete="part_of")
    deliver_on: Mapped[date | None] = field(_("Delivery date"), default=None, sortable=True)
    delivered: Mapped[Decimal] = field(_("Delivered"), default=Decimal(0), readonly=True)
    periods: Mapped[int] = field(
        _("Number of periods"), default=1, readonly=True, minimum=1,
        help=_("The quantity is delivered in each of them."),
    )  # fmt: skip
    open_quantity: Mapped[Decimal] = computed(_("Still open"), by=still_open, depends=_OPEN)
    is_incomplete: Mapped[bool] = computed(_("Not delivered in full"), by=is_incomplete, depends=_OPEN)
    is_promised: Mapped[bool] = field(_("Promised"), default=False, readonly=True)
    """Its order was confirmed, and neither cancelled nor closed since. Steps of orders say so: `services.promising`."""
    is_open: Mapped[bool] = computed(
        _("Open"), default=False, by=is_open, depends=("is_promised", "is_incomplete")
    )
    is_begun: Mapped[bool] = computed(_("Partly delivered"), by=is_begun, depends=("delivered",))
    delivered_amount: Mapped[Decimal] = computed(
        _("Delivered amount"),
        by=worth_of_delivered,
        depends=("gross", *_OPEN, "document.currency"),
        currency="currency",
    )
    contract_line: Mapped[ContractLine | None] = many2one(_("Contract line"), default=None, readonly=True)
    plan: Mapped[list["DeliveryPlan"]] = one2many(_("Delivery plan"), back="line")

    @action(label=_("Deliver in instalments"), when=still_to_ship, icon="calendar-repeat")
    def split(
        self,
        count: Annotated[int, arg(_("Number of instalments"))],
        first: Annotated[date, arg(_("First one on"))],
        every: Annotated[str, arg(_("Then every"), choices=plans.EVERY)],
    ) -> None:
        """What is open comes in equal parts, day by day of a plan, instead of as it was planned."""
        plans.split(current_env(), self, count, first, every)
