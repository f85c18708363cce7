"""Orders with the state of preparation of their lines, deliveries with the papers behind them."""

from addons.crm_sales.models import Delivery, Order, OrderLine
from addons.crm_sales.states import FULFILLED_STATES
from addons.crm_sales.views import DeliveryForm, OrderForm
from addons.crm_sales_stock.models import StockedDelivery, StockedOrder, StockedOrderLine
from addons.crm_stock.models import StockOut
from core.api import Env, ListView, Where, _, after, and_, button, inside, page, preset, related


class StockedOrderForm(OrderForm, extend=True):
    changes = [
        inside(
            "header", button(StockedOrder.reserve_goods), button(StockedOrder.release_goods),
            button(StockedOrder.produce_missing),
        ),
        after(Order.deliver_on, StockedOrder.warehouse),
        after(
            "Process",
            page(
                _("Preparation"),
                related(
                    Order.lines, add=False,
                    columns=[
                        OrderLine.product, OrderLine.quantity, OrderLine.unit, OrderLine.delivered,
                        StockedOrderLine.reserved_quantity, StockedOrderLine.preparation,
                        StockedOrderLine.shipped_cost, StockedOrderLine.margin,
                    ],
                ),
                key="preparation",
            ),
        ),
    ]  # fmt: skip


class StockedDeliveryForm(DeliveryForm, extend=True):
    changes = [
        after(Delivery.planned_on, StockedDelivery.warehouse),
        inside(
            "transport",
            related(
                StockedDelivery.stock_outs, add=False, columns=[StockOut.number, StockOut.posted_at, StockOut.state]
            ),
        ),
    ]  # fmt: skip


def to_prepare(env: Env) -> Where:
    """Open lines of orders that are being worked on."""
    return and_(OrderLine.is_open.is_(True), OrderLine.document.has(Order.state.in_(FULFILLED_STATES)))


class PreparedLines(ListView[OrderLine]):
    """All open lines with the state of their goods."""

    name = "preparation"
    label = _("Preparation of goods")
    icon = "packages"
    columns = [
        OrderLine.document, OrderLine.product, OrderLine.open_quantity, OrderLine.unit,
        StockedOrderLine.reserved_quantity, StockedOrderLine.preparation, OrderLine.deliver_on,
    ]  # fmt: skip
    order = "deliver_on"
    presets = [preset("open", _("Lines to prepare"), to_prepare, default=True), preset("all", _("All lines"))]
    filters = [StockedOrderLine.preparation, OrderLine.product, OrderLine.deliver_on]
