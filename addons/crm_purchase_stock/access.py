"""Stock keepers book what comes in on purchase orders: receipts need no prices."""

from addons.crm_purchase.models import GoodsReceipt, PurchaseOrder, Supplier
from addons.crm_purchase.roles import BUYER, PURCHASE_MANAGER
from addons.crm_stock.models import Level, StockIn, StockOut
from addons.crm_stock.roles import STOCK_KEEPER
from core.api import grant

grants = [
    grant(STOCK_KEEPER, Supplier, "read"),
    grant(STOCK_KEEPER, PurchaseOrder, "read receive"),
    grant(STOCK_KEEPER, GoodsReceipt, "read create update print receive"),
    *(
        grant(role, model, "read")
        for role in (BUYER, PURCHASE_MANAGER)
        for model in (Level, StockIn, StockOut)
    ),
]
