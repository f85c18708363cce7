"""Purchase orders, each taken as far as it has come: approved, sent, received, closed, each step at its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from addons.crm_purchase.demo.words import Words
from addons.crm_purchase.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseLine,
    PurchaseOrder,
    SupplierContact,
    SupplierProduct,
)
from addons.crm_purchase.services import receiving
from core.api import Env, key_of

ORDERS: Final[Sequence[tuple[int, int, str]]] = (
    (75, 0, "closed"),
    (52, 1, "closed"),
    (40, 2, "cancelled"),
    (30, 2, "received"),
    (20, 0, "partly"),
    (12, 1, "sent"),
    (8, 2, "arrived"),
    (2, 0, "approved"),
    (0, 1, "draft"),
)
"""Days ago, from which supplier, and what became of it; of an arrived one the receipt waits to be posted."""
CAME: Final = ("closed", "received", "partly")


def make_orders(env: Env, words: Words, people: Mapping[str, int], suppliers: Sequence[Any]) -> None:
    """One after the other; steps are those of the product."""
    buyer, manager = people[words.buyer], people[words.manager]
    for number, (age, place, fate) in enumerate(ORDERS):
        supplier = suppliers[place]
        order = _draft(_then(env, age, buyer), words, supplier, number)
        if fate == "draft":
            continue
        _then(env, age, manager, 11).run(PurchaseOrder.approve, [order])
        if fate == "cancelled":
            _then(env, age - 1, buyer).run(PurchaseOrder.cancel, [order], reason=words.cancelled)
        if fate in ("approved", "cancelled"):
            continue
        _then(env, age, buyer, 14).run(PurchaseOrder.send, [order])
        arrived = _then(env, max(age - supplier.lead_days, 0), buyer, 15)
        if fate in CAME:
            _receive(arrived, order, words, number, in_part=fate == "partly")
        if fate == "closed":
            _then(env, age - supplier.lead_days - 5, buyer).run(PurchaseOrder.close, [order])
        if fate == "arrived":
            receiving.draft(env, order, "receipt")


def _then(env: Env, days_ago: int, user: int, hour: int = 9) -> Env:
    """The Env in which somebody did something so many days ago."""
    then = env.sudo("demonstration data")
    day = datetime.combine(env.today - timedelta(days=days_ago), time(hour), env.timezone)
    when = min(day.astimezone(UTC), env.now.astimezone(UTC))
    then.clock = lambda: when
    then.__dict__.pop("now", None)
    then.user_id = then.real_user_id = user
    return then


def _draft(then: Env, words: Words, supplier: Any, number: int) -> Any:
    contact = then.first(SupplierContact, SupplierContact.supplier == supplier.id)
    order = then.create(
        PurchaseOrder, supplier=supplier, contact=contact, owner=then.user_id, ordered_on=then.today, terms=words.terms,
        expected_on=then.today + timedelta(days=supplier.lead_days), supplier_reference=f"A{2300 + number * 17}",
    )  # fmt: skip
    sold = then.search(SupplierProduct, SupplierProduct.supplier == supplier.id, order="id", limit=20)
    rows = [
        {"document": order, "product": key_of(one, "product"), "quantity": Decimal(4 + (number + turn) % 3 * 4),
         "sequence": turn * 10}
        for turn, one in enumerate(sold[: 2 + number % 3], start=1)
    ]  # fmt: skip
    then.create_many(PurchaseLine, rows)
    return then.get(PurchaseOrder, order.id)


def _receive(then: Env, order: Any, words: Words, number: int, *, in_part: bool) -> None:
    receipt = receiving.draft(then, order, "receipt")
    then.write(receipt, delivery_note=words.note.format(n=5100 + number * 3))
    if in_part:
        for row in then.search(GoodsReceiptLine, GoodsReceiptLine.receipt == receipt.id, limit=50):
            then.write(row, quantity=row.quantity / 2)
    found = [then.get(GoodsReceipt, receipt.id)]
    with then.granting(found, "post"):
        receiving.note_posted(then, found)
