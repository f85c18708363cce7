"""What happens to purchase orders that were there before this addon: those on their way are on order from now on."""

from __future__ import annotations

from addons.crm_purchase.models import PurchaseOrder
from addons.crm_purchase.states import EXPECTED
from addons.crm_purchase_stock.services.on_order import follow
from addons.crm_stock.services.defaults import default_warehouse
from core.api import Env, key_of, seed, select


@seed
def expect_goods_of_sent_orders(env: Env) -> None:
    """Orders without a warehouse get the one that is used first; what has come already is not put into stock."""
    cls = env.info(PurchaseOrder).cls
    ids = env.scalars(select(cls.id).where(cls.state.in_(EXPECTED)))
    if not ids:
        return
    without = [one for one in env.get_many(PurchaseOrder, ids) if key_of(one, "warehouse") is None]
    if without:
        env.write(without, warehouse=default_warehouse(env))
    follow(env, ids)
