"""Costs that arise on an order (SALE-14)."""

from datetime import date
from decimal import Decimal

from addons.crm_sales.models.order import Order
from addons.crm_sales.services import ordering
from core.api import CompanyOwned, Mapped, Option, _, field, many2one, money, option


class OrderCost(
    CompanyOwned, label=_("Cost of an order"), plural=_("Costs of orders"), display="remark", ordered_by="on",
    icon="receipt", part_of="order",
):  # fmt: skip
    """Material, labour, transport or something else that an order has cost, in the company's currency."""

    order: Mapped[Order] = many2one(_("Sales order"), on_delete="part_of")
    kind: Mapped[Option] = option(_("Kind of cost"), list="crm_sales.cost_kind")
    amount: Mapped[Decimal] = money(_("Amount"))
    on: Mapped[date] = field(_("Date"), default=ordering.today, sortable=True)
    remark: Mapped[str | None] = field(_("Remark"), default=None, max_length=255)
