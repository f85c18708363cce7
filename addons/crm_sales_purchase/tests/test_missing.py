"""Orders without goods lead to a proposal, once."""

from __future__ import annotations

from addons.crm_base.models import Customer
from addons.crm_product.models import Product, Unit
from addons.crm_purchase.models import Proposal, PurchaseOrder, Supplier, SupplierProduct
from addons.crm_purchase.services.proposing import propose_needs
from addons.crm_sales.models import Order, OrderLine
from core.testing.world import World


def test_what_orders_lack_is_bought_once(world: World) -> None:
    with world.acting("director") as env:
        unit = next(one for one in env.search(Unit, limit=50) if one.name["en"] == "Piece")
        part = env.create(Product, name="Part", unit=unit)
        steel = env.create(Supplier, name="Steel Ltd")
        env.create(SupplierProduct, supplier=steel, product=part, price=5)
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        for quantity in (3, 4):
            made = env.create(Order, customer=acme)
            env.create(OrderLine, document=made, product=part, quantity=quantity, unit=unit, unit_price=9)
            env.get(Order, made.id).confirm()
        propose_needs(env)
        (one,) = env.search(Proposal)
        assert (one.quantity, one.supplier_id) == (7, steel.id)
        propose_needs(env)
        assert env.count(Proposal).value == 1
        one.order_now()
        (order,) = env.search(PurchaseOrder)
        order.approve()
        env.get(PurchaseOrder, order.id).send()
        propose_needs(env)
        assert env.count(Proposal).value == 1
