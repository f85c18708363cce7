"""Who works with stock beside the sales roles of crm_base."""

from core.api import Role, _

STOCK_KEEPER = Role("crm_stock.stock_keeper", _("Stock keeper"))
"""仓管员: stock-in, stock-out and production requests of all warehouses. What goods cost is a right of its own."""
