"""A delivery leaves one warehouse."""

from addons.crm_sales.models import Delivery
from addons.crm_stock.models import StockOut, Warehouse
from core.api import Mapped, _, many2one, one2many


class StockedDelivery(Delivery, extend=True):
    """Where the goods come from, and the papers that took them out of stock."""

    warehouse: Mapped[Warehouse | None] = many2one(
        _("Ships from"), default=None, help=_("The order's warehouse where none is chosen.")
    )
    stock_outs: Mapped[list["StockOut"]] = one2many(_("Stock-out documents"), back="delivery")
