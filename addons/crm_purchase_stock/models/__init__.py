"""What purchase knows of stock."""

from addons.crm_purchase_stock.models.order import StockedLine, StockedOrder, StockedReceipt

__all__ = ["StockedLine", "StockedOrder", "StockedReceipt"]
