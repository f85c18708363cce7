"""When what is to be delivered (SALE-11)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from addons.crm_sales.models.order import Order
from addons.crm_sales.models.order_line import OrderLine
from addons.crm_sales.services import plans
from core.api import CompanyOwned, Mapped, Where, _, action, arg, computed, field, many2one


def still_due(instalment: Any) -> Decimal:
    """What of the instalment is yet to be shipped."""
    return max((instalment.quantity or Decimal(0)) - (instalment.delivered or Decimal(0)), Decimal(0))


def is_due(instalment: Any) -> bool:
    """Whether something of it is yet to be shipped: nothing is of an order that was closed."""
    return bool(instalment.is_promised) and still_due(instalment) > 0


def still_to_ship(env: Any) -> Where:
    """Something of it is yet to be shipped, and its order runs."""
    return DeliveryPlan.is_open.is_(True)


class DeliveryPlan(
    CompanyOwned, label=_("Delivery instalment"), plural=_("Delivery plan"), display="label", ordered_by="due_on",
    icon="calendar-event", part_of="order",
):  # fmt: skip
    """A part of an order line that is due on a day: one issue, one month, or all of it."""

    order: Mapped[Order] = many2one(_("Sales order"), on_delete="part_of")
    line: Mapped[OrderLine] = many2one(_("Order line"), on_delete="part_of", readonly=True)
    label: Mapped[str] = field(_("Instalment"), max_length=255)
    due_on: Mapped[date] = field(_("Due on"), sortable=True, tracked=True)
    quantity: Mapped[Decimal] = field(_("Quantity"), minimum=0)
    delivered: Mapped[Decimal] = field(_("Delivered"), default=Decimal(0), readonly=True)
    delivered_on: Mapped[date | None] = field(_("Delivered on"), default=None, readonly=True)
    open_quantity: Mapped[Decimal] = computed(
        _("Still open"), by=still_due, depends=("quantity", "delivered")
    )
    move_reason: Mapped[str | None] = field(
        _("Why it was moved"), default=None, readonly=True, max_length=500
    )
    is_promised: Mapped[bool] = field(_("Promised"), default=True, readonly=True)
    """Until its order is closed."""
    is_open: Mapped[bool] = computed(_("Open"), by=is_due, depends=("quantity", "delivered", "is_promised"))

    @action(label=_("Move"), when=still_to_ship, icon="calendar-event", many=True)
    def move(
        records: Sequence["DeliveryPlan"],
        to: Annotated[date, arg(_("Due on"))],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
    ) -> None:
        """Another day, with a reason that stays in the history."""
        plans.move(records, to, reason)
