"""Stock knows the orders and deliveries it works for."""

from addons.crm_sales.models import Delivery, OrderLine
from addons.crm_stock.models import ProductionRequest, Reservation, StockOut, StockOutLine
from core.api import Mapped, _, many2one


class OrderedReservation(Reservation, extend=True):
    """Goods are kept for an order line."""

    order_line: Mapped[OrderLine | None] = many2one(_("Order line"), default=None, readonly=True)


class OrderedStockOut(StockOut, extend=True):
    """Goods leave with a delivery; the delivery is reversed, not the paper behind it."""

    delivery: Mapped[Delivery | None] = many2one(_("Delivery"), default=None, readonly=True)


class OrderedStockOutLine(StockOutLine, extend=True):
    """What a line took out of stock is the cost of an order line."""

    order_line: Mapped[OrderLine | None] = many2one(_("Order line"), default=None, readonly=True)


class OrderedProduction(ProductionRequest, extend=True):
    """What is made for an order line that lacks goods."""

    order_line: Mapped[OrderLine | None] = many2one(_("Order line"), default=None, readonly=True)
