"""The stock documents of receipts and returns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_purchase.models import GoodsReceiptLine, PurchaseLine, PurchaseOrder
from addons.crm_stock.models import StockIn, StockOut
from addons.crm_stock.services.papers import make_and_post, reverse
from addons.crm_stock.services.quantities import is_kept, products_of
from core.api import Env, _, key_of, select


def move(env: Env, receipts: Sequence[Any]) -> None:
    """One stock-in for each receipt and one stock-out for each return, posted, as far as goods are kept in stock.

    Raises ValidationFailed where goods that go back are not there any more.
    """
    system = env.sudo(_("Goods of purchase orders"))
    orders = {
        one.id: one
        for one in system.get_many(PurchaseOrder, sorted({key_of(r, "order") or 0 for r in receipts}))
    }
    rows = _rows(system, receipts)
    for model, kind, name in ((StockIn, "receipt", "stock_in"), (StockOut, "return", "stock_out")):
        moving = [
            one for one in receipts
            if one.kind == kind and rows.get(one.id) and key_of(orders[key_of(one, "order") or 0], "warehouse")
        ]  # fmt: skip
        if not moving:
            continue
        heads = [
            {"warehouse": key_of(orders[key_of(one, "order") or 0], "warehouse"), "source": one.number,
             "reason": "purchase" if kind == "receipt" else "purchase_return"}
            for one in moving
        ]  # fmt: skip
        costs = _costs(system, rows, orders) if kind == "receipt" else {}
        made = make_and_post(
            env, model, heads, [[_line(row, costs) for row in rows[one.id]] for one in moving]
        )
        with system.granting(moving, "move"):
            for one, document in zip(moving, made, strict=True):
                setattr(one, f"{name}_id", document.id)


def move_back(env: Env, receipts: Sequence[Any], reason: str) -> None:
    """Reverse the stock documents of reversed receipts."""
    system = env.sudo(_("Goods of purchase orders"))
    for model, name in ((StockIn, "stock_in"), (StockOut, "stock_out")):
        ids = [key for one in receipts if (key := key_of(one, name)) is not None]
        if ids:
            reverse(env, system.get_many(model, ids), reason)


def of_purchase(env: Env, documents: Sequence[Any]) -> list[str]:
    """Numbers of the stock documents among these that a receipt answers for."""
    receipt = env.info("crm_purchase.goods_receipt").cls
    column = receipt.stock_in_id if isinstance(documents[0], StockIn) else receipt.stock_out_id
    found = set(env.sudo(_("Goods of purchase orders")).scalars(
        select(column).where(column.in_([one.id for one in documents]))
    ))  # fmt: skip
    return [one.number for one in documents if one.id in found]


def _line(row: Any, costs: dict[int, Decimal]) -> dict[str, Any]:
    values = {"product": row.product_id, "unit": row.unit_id, "quantity": row.quantity}
    return values if row.line_id not in costs else {**values, "unit_cost": costs[row.line_id]}


def _costs(system: Env, rows: dict[int, list[Any]], orders: dict[int, Any]) -> dict[int, Decimal]:
    """What one unit of each order line costs without tax, in the company's currency."""
    ids = sorted({row.line_id for of_one in rows.values() for row in of_one})
    lines: list[Any] = system.get_many(PurchaseLine, ids)
    return {
        line.id: line.net / line.quantity * orders[line.document_id].exchange_rate
        for line in lines
        if line.quantity and line.document_id in orders
    }


def _rows(system: Env, receipts: Sequence[Any]) -> dict[int, list[Any]]:
    cls = system.info(GoodsReceiptLine).cls
    statement = select(cls).where(cls.receipt_id.in_([one.id for one in receipts]), cls.quantity > 0)
    lines = system.scalars(statement.order_by(cls.sequence, cls.id))
    products = products_of(system, {line.product_id for line in lines})
    found: dict[int, list[Any]] = {}
    for line in lines:
        if is_kept(products[line.product_id]):
            found.setdefault(line.receipt_id, []).append(line)
    return found
