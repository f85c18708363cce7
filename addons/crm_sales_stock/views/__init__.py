"""Where stock stands on the screens of orders."""

from addons.crm_sales_stock.views.order import PreparedLines, StockedDeliveryForm, StockedOrderForm

__all__ = ["PreparedLines", "StockedDeliveryForm", "StockedOrderForm"]
