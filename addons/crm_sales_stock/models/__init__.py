"""What this addon adds to orders, deliveries and stock."""

from addons.crm_sales_stock.models.delivery import StockedDelivery
from addons.crm_sales_stock.models.order import StockedOrder
from addons.crm_sales_stock.models.order_line import StockedOrderLine
from addons.crm_sales_stock.models.stock import (
    OrderedProduction,
    OrderedReservation,
    OrderedStockOut,
    OrderedStockOutLine,
)

__all__ = [
    "OrderedProduction", "OrderedReservation", "OrderedStockOut", "OrderedStockOutLine", "StockedDelivery",
    "StockedOrder", "StockedOrderLine",
]  # fmt: skip
