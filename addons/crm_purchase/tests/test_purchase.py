"""From a need to closed: proposals, orders, receipts in parts, returns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_product.models import Product, Tax, Unit
from addons.crm_purchase.hookspecs import Need
from addons.crm_purchase.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Proposal,
    PurchaseLine,
    PurchaseOrder,
    Supplier,
    SupplierContact,
    SupplierProduct,
)
from addons.crm_purchase.services.proposing import propose
from core.api import AccessDenied, Env, LazyString, StateForbids, ValidationFailed
from core.testing.world import World


@pytest.fixture
def buyer(world: World) -> Any:
    with world.system("North") as env:
        for n in range(3):
            env.create(
                Product,
                name=f"Part {n}",
                code=f"P{n}",
                unit=env.first(Unit),
                tax=env.first(Tax, Tax.rate == 13),
            )
    with world.acting("owner") as env:
        yield env


def part(env: Env, n: int) -> Any:
    return env.first(Product, Product.code == f"P{n}")


def supplier(env: Env, name: str = "Steel Ltd", **prices: str) -> Supplier:
    made = env.create(Supplier, name=name)
    for code, price in prices.items():
        product = env.first(Product, Product.code == code)
        env.create(SupplierProduct, supplier=made, product=product, price=Decimal(price))
    return made


def ordered(env: Env, *quantities: int) -> PurchaseOrder:
    """A draft with so much of each part, at 10 each."""
    made = env.create(PurchaseOrder, supplier=supplier(env, **{f"P{n}": "10" for n in range(3)}))
    for n, quantity in enumerate(quantities):
        env.create(PurchaseLine, document=made, product=part(env, n % 3), quantity=quantity, sequence=n * 10)
    return env.get(PurchaseOrder, made.id)


def sent(world: World, env: Env, *quantities: int) -> PurchaseOrder:
    made = ordered(env, *quantities)
    env.flush()
    with world.acting("director") as manager:
        manager.get(PurchaseOrder, made.id).approve()
    found = world.new_env("owner").get(PurchaseOrder, made.id)
    env.run(PurchaseOrder.send, [env.get(PurchaseOrder, found.id)])
    return env.get(PurchaseOrder, made.id)


def received(env: Env, order: PurchaseOrder, **quantities: str) -> GoodsReceipt:
    """A receipt of what is named by the code of the product, posted."""
    made = env.get(PurchaseOrder, order.id).receive()
    return posted(env, made, quantities)


def posted(env: Env, receipt: GoodsReceipt, quantities: dict[str, str]) -> GoodsReceipt:
    for line in env.search(GoodsReceiptLine, GoodsReceiptLine.receipt == receipt.id):
        env.write(line, quantity=Decimal(quantities.get(line.product.code, "0")))
    env.flush()
    env.get(GoodsReceipt, receipt.id).post()
    return env.get(GoodsReceipt, receipt.id)


def lines(env: Env, order: PurchaseOrder) -> list[Decimal]:
    return [
        line.received
        for line in env.search(PurchaseLine, PurchaseLine.document == order.id, order="sequence")
    ]


def state(env: Env, order: PurchaseOrder) -> str:
    return str(env.get(PurchaseOrder, order.id).state.code)


def test_lines_begin_with_the_price_at_the_supplier(buyer: Env) -> None:
    order = ordered(buyer, 3)
    (line,) = buyer.search(PurchaseLine)
    assert (line.unit_price, line.gross, order.total) == (10, 30, 30)
    assert line.tax_amount == Decimal("3.45")


def test_an_order_is_received_in_parts_and_closed(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 10, 5)
    assert order.expected_on is not None
    received(buyer, order, P0="4")
    assert (state(buyer, order), lines(buyer, order)) == ("partly", [4, 0])
    received(buyer, order, P0="6", P1="5")
    assert (state(buyer, order), lines(buyer, order)) == ("received", [10, 5])
    buyer.get(PurchaseOrder, order.id).close()
    assert state(buyer, order) == "closed"
    with pytest.raises(StateForbids):
        buyer.get(PurchaseOrder, order.id).receive()


def test_more_than_is_open_is_refused_and_nothing_is_posted(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 10)
    with pytest.raises(ValidationFailed) as refused:
        received(buyer, order, P0="11")
    assert "11 came, and only 10 are open" in refused.value.problems[""][0].translate("en")
    assert lines(world.new_env("owner"), order) == [0]


def test_two_drafts_cannot_bring_the_same_goods_twice(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 10)
    first, second = order.receive(), buyer.get(PurchaseOrder, order.id).receive()
    posted(buyer, first, {"P0": "10"})
    with pytest.raises(ValidationFailed):
        posted(buyer, second, {"P0": "10"})


def test_returned_goods_are_open_again(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 10)
    received(buyer, order, P0="10")
    back = buyer.get(PurchaseOrder, order.id).give_back()
    posted(buyer, back, {"P0": "3"})
    assert (state(buyer, order), lines(buyer, order)) == ("partly", [7])
    with pytest.raises(ValidationFailed):
        posted(buyer, buyer.get(PurchaseOrder, order.id).give_back(), {"P0": "8"})


def test_a_reversed_receipt_was_never_there(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 10)
    receipt = received(buyer, order, P0="10")
    receipt.reverse(reason="Another order")
    assert (state(buyer, order), lines(buyer, order)) == ("sent", [0])
    receipt = received(buyer, order, P0="10")
    posted(buyer, buyer.get(PurchaseOrder, order.id).give_back(), {"P0": "1"})
    with pytest.raises(ValidationFailed):
        buyer.get(GoodsReceipt, receipt.id).reverse(reason="Something of it has gone back")


def test_buyers_do_not_approve_and_salespeople_see_nothing(world: World, buyer: Env) -> None:
    order = ordered(buyer, 1)
    with pytest.raises(AccessDenied):
        order.approve()
    with world.acting("colleague") as env:
        assert not env.can("read", PurchaseOrder)
        assert env.first(PurchaseOrder, PurchaseOrder.id == order.id) is None


def test_an_empty_order_is_not_approved_and_an_open_one_is_closed_with_a_reason(
    world: World, buyer: Env
) -> None:
    empty = buyer.create(PurchaseOrder, supplier=supplier(buyer, "Empty Ltd"))
    buyer.flush()
    with world.acting("director") as env, pytest.raises(ValidationFailed):
        env.get(PurchaseOrder, empty.id).approve()
    order = sent(world, buyer, 10)
    with pytest.raises(ValidationFailed):
        order.close()
    buyer.get(PurchaseOrder, order.id).close(reason="The maker is gone")
    assert state(buyer, order) == "closed"


def need(product: int, quantity: int, key: str) -> Need:
    return Need(product, Decimal(quantity), key, LazyString("core", "Missing"))


def test_needs_become_one_order_for_each_supplier(buyer: Env) -> None:
    cheap, dear = supplier(buyer, "Cheap", P0="5", P1="7"), supplier(buyer, "Dear", P0="9", P2="4")
    needs = [need(part(buyer, n).id, 10 + n, f"k{n}") for n in range(3)]
    propose(buyer, needs)
    propose(buyer, [need(part(buyer, 0).id, 20, "k0"), *needs[1:]])
    proposals = buyer.search(Proposal, order="id")
    assert [one.quantity for one in proposals] == [20, 11, 12]
    assert [one.supplier_id for one in proposals] == [cheap.id, cheap.id, dear.id]
    buyer.run(Proposal.order_now, proposals)
    orders = buyer.search(PurchaseOrder, order="supplier")
    assert sorted((one.supplier_id, one.total) for one in orders) == [(cheap.id, 177), (dear.id, 48)]
    propose(buyer, needs[:1])
    assert buyer.count(Proposal).value == 4


def test_what_nobody_supplies_is_said(buyer: Env) -> None:
    propose(buyer, [need(part(buyer, 0).id, 1, "k")])
    with pytest.raises(ValidationFailed) as refused:
        buyer.run(Proposal.order_now, buyer.search(Proposal))
    assert refused.value.problems["supplier"][0].translate("en") == "Nobody supplies “Part 0”."


def test_statements_do_not_grow_with_lines(world: World, buyer: Env) -> None:
    def statements(count: int) -> int:
        seen: list[str] = []
        order = sent(world, buyer, *[1] * count)
        receipt = buyer.get(PurchaseOrder, order.id).receive()
        buyer.flush()

        def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            seen.append(text)

        event.listen(world.connection, "before_cursor_execute", note)
        try:
            buyer.get(GoodsReceipt, receipt.id).post()
            buyer.flush()
        finally:
            event.remove(world.connection, "before_cursor_execute", note)
        return len(seen)

    assert statements(2) == statements(12)


def test_only_what_belongs_to_supplier_and_order_fits(world: World, buyer: Env) -> None:
    order, other = sent(world, buyer, 5), supplier(buyer, "Other Ltd")
    stranger = buyer.create(SupplierContact, supplier=other, name="Zhou")
    with pytest.raises(ValidationFailed) as refused:
        buyer.create(PurchaseOrder, supplier=order.supplier_id, contact=stranger)
    assert "contact" in refused.value.problems
    foreign = buyer.create(PurchaseOrder, supplier=other)
    line = buyer.create(PurchaseLine, document=foreign, product=part(buyer, 0), unit_price=1)
    receipt = buyer.get(PurchaseOrder, order.id).receive()
    with pytest.raises(ValidationFailed) as refused:
        buyer.create(GoodsReceiptLine, receipt=receipt, line=line, quantity=1)
    assert "line" in refused.value.problems


def test_what_suppliers_know_of_is_never_undone(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 5)
    buyer.flush()
    with pytest.raises(StateForbids, match="never undone"):
        buyer.undo(buyer.request_id)
    assert state(buyer, order) == "sent"


def test_lines_are_called_as_their_products_are(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 5)
    receipt = received(buyer, order, P0="2")
    (line,) = buyer.search(PurchaseLine, PurchaseLine.document == order.id)
    (came,) = buyer.search(GoodsReceiptLine, GoodsReceiptLine.receipt == receipt.id)
    assert buyer.labels(PurchaseLine, [line.id]) == {line.id: "Part 0"}
    shown = buyer.page(GoodsReceiptLine, ["line"], GoodsReceiptLine.id == came.id).rows[0]
    assert shown[-1] == "Part 0" and str(came) == "Part 0"
    assert buyer.complete(PurchaseLine, "part 0") == [(line.id, "Part 0")]
    assert buyer.complete(PurchaseLine, "part 1") == []


def test_lines_are_open_while_the_supplier_has_their_order(world: World, buyer: Env) -> None:
    """Nothing is yet to come of drafts, approved, cancelled and closed orders, whatever their lines lack."""

    def open_of(order: PurchaseOrder) -> list[bool]:
        of_order = PurchaseLine.document == order.id
        found = buyer.search(PurchaseLine, of_order, order="sequence")
        listed = {one.id for one in buyer.search(PurchaseLine, of_order, PurchaseLine.is_open.is_(True))}
        assert {one.id for one in found if one.is_open} == listed
        return [one.is_open for one in found]

    draft = ordered(buyer, 2)
    assert (open_of(draft), buyer.get(PurchaseOrder, draft.id).open_lines) == ([False], 1)
    buyer.flush()
    with world.acting("director") as manager:
        manager.get(PurchaseOrder, draft.id).approve()
    assert open_of(draft) == [False]
    buyer.run(PurchaseOrder.send, [buyer.get(PurchaseOrder, draft.id)])
    assert open_of(draft) == [True]
    buyer.get(PurchaseOrder, draft.id).cancel("not needed")
    assert open_of(draft) == [False]

    order = sent(world, buyer, 5, 3)
    assert open_of(order) == [True, True]
    came = received(buyer, order, P0="5", P1="1")
    assert open_of(order) == [False, True]
    came.reverse("a wrong one")
    assert open_of(order) == [True, True]
    buyer.get(PurchaseOrder, order.id).close("not needed")
    assert (open_of(order), buyer.get(PurchaseOrder, order.id).open_lines) == ([False, False], 2)
