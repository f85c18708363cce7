"""An order is served from one warehouse."""

from typing import Annotated

from addons.crm_sales.models import Order
from addons.crm_sales.models.order import DELIVER
from addons.crm_sales_stock.services import missing, reserving, standing
from addons.crm_stock.models import Warehouse
from addons.crm_stock.services.defaults import default_warehouse
from core.api import Mapped, _, action, arg, current_env, many2one


class StockedOrder(Order, extend=True):
    """Goods are kept for it when it is confirmed; what was missing then can be kept later, made or bought."""

    warehouse: Mapped[Warehouse | None] = many2one(_("Ships from"), default=default_warehouse)

    @action(label=_("Reserve goods"), right=DELIVER, when=standing.lacks_what_is_there, icon="lock")
    def reserve_goods(self) -> None:
        """Keep what has come in meanwhile for the lines that lack goods."""
        reserving.reserve_again(current_env(), self)

    @action(label=_("Release goods"), right=DELIVER, when=standing.has_goods_kept, icon="lock-open")
    def release_goods(self) -> None:
        """Give the goods that are kept for this order to others."""
        reserving.release_again(current_env(), self)

    @action(label=_("Produce missing goods"), right=DELIVER, when=standing.lacks_goods, icon="tools")
    def produce_missing(
        self,
        remark: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None,
    ) -> None:
        """One production request for each line that lacks goods; they end in stock-in."""
        missing.produce(current_env(), self, remark)
