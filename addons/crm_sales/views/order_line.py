"""Products of orders, over all orders."""

from addons.crm_sales.models import DeliveryPlan, OrderLine
from addons.crm_sales.models.order_line import still_to_ship
from core.api import Env, FormView, ListView, Where, _, button, group, header, month, preset, related


def is_open(env: Env) -> Where:
    """Something is yet to be shipped."""
    return still_to_ship(env)


class OrderLineList(ListView[OrderLine]):
    columns = [
        OrderLine.document, OrderLine.product, OrderLine.quantity, OrderLine.unit, OrderLine.unit_price,
        OrderLine.gross, OrderLine.deliver_on, OrderLine.delivered, OrderLine.open_quantity,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("Open products"), is_open, default=True),
        preset("all", _("All products of orders")),
    ]
    filters = [OrderLine.product, OrderLine.document, OrderLine.deliver_on, OrderLine.is_open]
    groups = [OrderLine.product, OrderLine.document, month(OrderLine.deliver_on)]


class OrderLineForm(FormView[OrderLine]):
    layout = [
        header(button(OrderLine.split)),
        group(
            _("Product"), OrderLine.document, OrderLine.product, OrderLine.chosen, OrderLine.description,
            OrderLine.quantity, OrderLine.unit, OrderLine.deliver_on, OrderLine.contract_line,
        ),
        group(
            _("Price"), OrderLine.unit_price, OrderLine.price_reason, OrderLine.discount, OrderLine.tax, OrderLine.net,
            OrderLine.tax_amount, OrderLine.gross, OrderLine.allowance,
        ),
        group(_("Delivery"), OrderLine.delivered, OrderLine.open_quantity, OrderLine.delivered_amount),
        related(
            OrderLine.plan, order="due_on", add=False,
            columns=[
                DeliveryPlan.label, DeliveryPlan.due_on, DeliveryPlan.quantity, DeliveryPlan.delivered,
                DeliveryPlan.delivered_on,
            ],
        ),
    ]  # fmt: skip
