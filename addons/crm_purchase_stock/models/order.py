"""Where ordered goods are going to, what of them counts as on order, and the stock document of a receipt."""

from decimal import Decimal

from addons.crm_purchase.models import GoodsReceipt, PurchaseLine, PurchaseOrder
from addons.crm_stock.models import StockIn, StockOut, Warehouse
from addons.crm_stock.services.defaults import default_warehouse
from core.api import Mapped, _, field, many2one


class StockedOrder(PurchaseOrder, extend=True):
    """The goods of an order go to one warehouse."""

    warehouse: Mapped[Warehouse | None] = many2one(
        _("Deliver to"), default=default_warehouse, help=_("Left empty, the goods do not come into stock.")
    )


class StockedLine(PurchaseLine, extend=True):
    """What stands in the level of product and warehouse for this line."""

    on_order: Mapped[Decimal] = field(
        _("Counted as on order"), default=Decimal(0), readonly=True, help=_("In the unit of the product.")
    )


class StockedReceipt(GoodsReceipt, extend=True):
    """A posted receipt has a stock-in, a return a stock-out."""

    stock_in: Mapped[StockIn | None] = many2one(_("Stock-in"), default=None, readonly=True)
    stock_out: Mapped[StockOut | None] = many2one(_("Stock-out"), default=None, readonly=True)
