"""Who sees the goods of an order: whoever sees the order. Stock keepers see what they are to ship."""

from addons.crm_sales.models import Delivery, Order
from addons.crm_sales.models.order import DELIVER
from addons.crm_stock.roles import STOCK_KEEPER
from core.api import grant

grants = [
    grant(STOCK_KEEPER, Order, f"read print {DELIVER}"),
    grant(STOCK_KEEPER, Delivery, f"read update print {DELIVER}"),
]
