"""What sales orders lack, as needs of purchase."""

from __future__ import annotations

from decimal import Decimal

from addons.crm_purchase.hookspecs import Need, purchase_needs
from addons.crm_sales.models import Order
from addons.crm_sales_stock.services.missing import Missing, goods_missing
from addons.crm_stock.models import Level
from core.api import Env, _, implements, select


@implements(purchase_needs)
def needs_of_orders(env: Env) -> list[Need]:
    """What all orders lack of a product in a warehouse, less what is on order there already."""
    system = env.sudo(_("Goods that orders lack"))
    missing: dict[tuple[int, int], list[Missing]] = {}
    for one in goods_missing(env):
        missing.setdefault((one.product, one.warehouse), []).append(one)
    level = system.info(Level).cls
    rows = system.rows(
        select(level.product_id, level.warehouse_id, level.on_order).where(
            level.product_id.in_([product for product, _warehouse in missing])
        )
    )
    coming = {(product, warehouse): on_order for product, warehouse, on_order in rows}
    numbers = system.labels(Order, {one.order for found in missing.values() for one in found})
    return [
        Need(
            product,
            sum((one.quantity for one in found), Decimal(0)) - coming.get((product, warehouse), Decimal(0)),
            f"orders {product} {warehouse}",
            _("Orders lack it: {orders}", orders=sorted({numbers[one.order] for one in found})),
        )
        for (product, warehouse), found in missing.items()
    ]
