"""What happens in stock when purchase orders are sent, received, returned and ended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_product.models import Product, Unit
from addons.crm_purchase.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Proposal,
    PurchaseLine,
    PurchaseOrder,
    Supplier,
    SupplierProduct,
)
from addons.crm_purchase.services.proposing import propose_needs
from addons.crm_purchase_stock.seed import expect_goods_of_sent_orders
from addons.crm_stock.models import Level, StockIn, Warehouse
from core.api import Env, StateForbids, ValidationFailed
from core.testing.world import World


def unit(env: Env, name: str) -> Any:
    return next(one for one in env.search(Unit, limit=50) if one.name["en"] == name)


@pytest.fixture
def manager(world: World) -> Any:
    with world.system("North") as env:
        env.create(Product, name="Part", code="PART", unit=unit(env, "Piece"))
        env.create(Product, name="Advice", code="ADVICE", unit=unit(env, "Piece"), kind="service")
    with world.acting("director") as env:
        yield env


def product(env: Env, code: str = "PART") -> Any:
    return env.first(Product, Product.code == code)


def sent(env: Env, quantity: int = 10, *, of: str = "Piece", price: int = 6) -> Any:
    made = env.create(
        PurchaseOrder, supplier=env.create(Supplier, name="Steel Ltd"), prices_include_tax=False
    )
    env.create(
        PurchaseLine,
        document=made,
        product=product(env),
        quantity=quantity,
        unit=unit(env, of),
        unit_price=price,
    )
    env.create(PurchaseLine, document=made, product=product(env, "ADVICE"), quantity=1, unit_price=100)
    env.run(PurchaseOrder.approve, [env.get(PurchaseOrder, made.id)])
    env.run(PurchaseOrder.send, [env.get(PurchaseOrder, made.id)])
    return env.get(PurchaseOrder, made.id)


def receipt(env: Env, order: Any, quantity: int, *, back: bool = False) -> Any:
    found = env.get(PurchaseOrder, order.id)
    made = found.give_back() if back else found.receive()
    for line in env.search(GoodsReceiptLine, GoodsReceiptLine.receipt == made.id):
        env.write(line, quantity=quantity if line.product.code == "PART" else 0)
    env.flush()
    env.get(GoodsReceipt, made.id).post()
    return env.get(GoodsReceipt, made.id)


def level(world: World) -> tuple[Decimal, Decimal]:
    """On hand and on order of the part."""
    with world.system("North") as env:
        found = env.first(Level, Level.product == product(env).id)
        return (found.on_hand, found.on_order) if found is not None else (Decimal(0), Decimal(0))


def test_goods_are_on_order_until_they_come(world: World, manager: Env) -> None:
    order = sent(manager)
    assert level(world) == (0, 10)
    made = receipt(manager, order, 4)
    assert level(world) == (4, 6)
    assert manager.get(StockIn, made.stock_in_id).state.code == "posted"
    receipt(manager, order, 6)
    assert level(world) == (10, 0)
    with world.system("North") as env:
        assert env.first(Level, Level.product == product(env).id).average_cost == 6


def test_dozens_come_as_pieces(world: World, manager: Env) -> None:
    order = sent(manager, 2, of="Dozen", price=24)
    assert level(world) == (0, 24)
    receipt(manager, order, 1)
    assert level(world) == (12, 12)
    with world.system("North") as env:
        assert env.first(Level, Level.product == product(env).id).average_cost == 2


def test_returned_goods_leave_and_are_on_order_again(world: World, manager: Env) -> None:
    order = sent(manager)
    receipt(manager, order, 10)
    receipt(manager, order, 3, back=True)
    assert level(world) == (7, 3)


def test_goods_that_are_gone_cannot_go_back(world: World, manager: Env) -> None:
    order = sent(manager)
    receipt(manager, order, 10)
    with world.system("North") as env:
        from addons.crm_stock.models import StockOut
        from addons.crm_stock.services.papers import make_and_post

        place = env.first(Warehouse)
        make_and_post(env, StockOut, [{"warehouse": place, "reason": "requisition"}],
                      [[{"product": product(env), "quantity": 8}]])  # fmt: skip
    with pytest.raises(ValidationFailed):
        receipt(manager, order, 3, back=True)


def test_reversing_the_receipt_takes_the_goods_back(world: World, manager: Env) -> None:
    order = sent(manager)
    made = receipt(manager, order, 10)
    with pytest.raises(StateForbids):
        manager.get(StockIn, made.stock_in_id).reverse(reason="By hand")
    manager.get(GoodsReceipt, made.id).reverse(reason="Wrong order")
    assert level(world) == (0, 10)


@pytest.mark.parametrize("ending", ["close", "cancel"])
def test_what_will_not_come_is_not_on_order(world: World, manager: Env, ending: str) -> None:
    order = sent(manager)
    getattr(manager.get(PurchaseOrder, order.id), ending)(reason="The maker is gone")
    assert level(world) == (0, 0)


def test_minimum_stock_becomes_an_order(world: World, manager: Env) -> None:
    made = manager.create(Supplier, name="Steel Ltd")
    manager.create(SupplierProduct, supplier=made, product=product(manager), price=5)
    with world.system("North") as env:
        env.create(Level, product=product(env), warehouse=env.first(Warehouse), minimum=20)
    assert propose_needs(manager) == 1
    (one,) = manager.search(Proposal)
    assert (one.quantity, one.supplier_id) == (20, made.id)
    one.order_now()
    (order,) = manager.search(PurchaseOrder)
    order.approve()
    manager.get(PurchaseOrder, order.id).send()
    assert level(world) == (0, 20)
    assert propose_needs(manager) == 0


def test_orders_of_before_are_on_order_when_the_addon_comes(world: World, manager: Env) -> None:
    order = sent(manager)
    with world.system("North") as env:
        found = env.first(Level, Level.product == product(env).id)
        with env.granting([found, *env.search(PurchaseLine)], "expect"):
            found.on_order = 0
            for line in env.search(PurchaseLine, PurchaseLine.document == order.id):
                line.on_order = 0
        env.flush()
        expect_goods_of_sent_orders(env)
        expect_goods_of_sent_orders(env)
    assert level(world) == (0, 10)
