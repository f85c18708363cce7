"""How far the products of an order are prepared (SALE-09), and what they cost (STK-06)."""

from decimal import Decimal
from typing import Any

from addons.crm_product.roles import COST_ROLES
from addons.crm_sales.models import OrderLine
from addons.crm_sales_stock.services import preparation
from core.api import Mapped, _, computed, expression, money


def margin_of(line: Any) -> Decimal | None:
    """The shipped part of the net amount in the company's currency, less what the goods cost."""
    if line.shipped_cost is None:
        return None
    in_all = (line.quantity or Decimal(0)) * (line.periods or 1)
    share = min(Decimal(1), (line.delivered or Decimal(0)) / in_all) if in_all else Decimal(1)
    sold: Decimal = (line.net or Decimal(0)) * share * (line.document.exchange_rate or 1)
    return sold - Decimal(line.shipped_cost)


class StockedOrderLine(OrderLine, extend=True):
    """The state of preparation follows from stock whenever somebody looks."""

    reserved_quantity: Mapped[Decimal] = expression(_("Reserved"), sql=preparation.reserved_quantity)
    preparation: Mapped[str] = expression(
        _("Preparation"), sql=preparation.state_of, choices=preparation.STATES
    )
    shipped_cost: Mapped[Decimal | None] = money(
        _("Cost of what was shipped"), default=None, readonly=True, visible_to=COST_ROLES
    )
    margin: Mapped[Decimal | None] = computed(
        _("Margin"), by=margin_of, money=True, visible_to=COST_ROLES,
        depends=("net", "quantity", "periods", "delivered", "shipped_cost", "document.exchange_rate"),
    )  # fmt: skip
