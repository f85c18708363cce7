"""Receipts and returns: posted and reversed many at once; order lines and the state of orders follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.crm_purchase.hookspecs import receipt_posted, receipt_posting, receipt_reversed
from addons.crm_purchase.states import EXPECTED, RECEIPT_POSTED, RECEIPT_REVERSED, WITH_SUPPLIER
from core.api import Env, StateForbids, ValidationFailed, Where, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_purchase.models import GoodsReceipt, PurchaseOrder


def propose_rows(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Product and unit of lines that name an order line."""
    cls = env.info("crm_purchase.purchase_line").cls
    wanted = sorted({row["line"] for row in rows if row.get("line")})
    known = {
        one[0]: one for one in env.rows(select(cls.id, cls.product_id, cls.unit_id).where(cls.id.in_(wanted)))
    }
    for row in rows:
        if row.get("line") in known:
            _line, row["product"], row["unit"] = known[row["line"]]


def lines_of_the_order(env: Env, values: Mapping[str, Any]) -> Where:
    """Lines of the order on which the goods came."""
    from addons.crm_purchase.models import PurchaseLine

    of_order: Where = PurchaseLine.document == values.get("receipt.order")
    return of_order


def draft(env: Env, order: PurchaseOrder, kind: str) -> GoodsReceipt:
    """A receipt with all that is open, or a return with all that came."""
    from addons.crm_purchase.models import GoodsReceipt, GoodsReceiptLine, PurchaseLine

    lines: list[Any] = env.search(
        PurchaseLine, PurchaseLine.document == order.id, order="sequence", limit=5000
    )
    amounts = [(line, line.open_quantity if kind == "receipt" else line.received) for line in lines]
    _refuse_nothing(order, kind, any(amount > 0 for _line, amount in amounts))
    made = env.create(GoodsReceipt, kind=kind, order=order, supplier=key_of(order, "supplier"))
    env.create_many(
        GoodsReceiptLine,
        [
            {"receipt": made, "line": line, "product": line.product_id, "unit": line.unit_id, "quantity": amount,
             "sequence": line.sequence}
            for line, amount in amounts
            if amount > 0
        ],
    )  # fmt: skip
    return made


def _refuse_nothing(order: PurchaseOrder, kind: str, is_something: bool) -> None:
    """Between opening the order's page and pressing the button others may have booked what there was."""
    if kind == "receipt" and not (is_something and order.state in EXPECTED):
        raise StateForbids(_("Of the order {number} nothing is on its way.", number=order.number))
    if kind == "return" and not is_something:
        raise StateForbids(_("Of the order {number} nothing has come.", number=order.number))


def post(env: Env, receipts: Sequence[GoodsReceipt]) -> None:
    """Goods come or go. More than is open, or than has come, is refused, and so is everything when one line is."""
    system = env.sudo(_("posting of receipts"))
    _lock_orders(system, receipts)
    rows = _rows(system, receipts)
    _refuse_empty(receipts, rows)
    _refuse_too_much(system, receipts, rows)
    receipt_posting(env=env, receipts=receipts)
    note_posted(env, receipts)


def note_posted(env: Env, receipts: Sequence[GoodsReceipt]) -> None:
    """Receipts count from now on, and orders follow. Nothing is checked, and no goods move."""
    for receipt in receipts:
        receipt.posted_at, receipt.state = env.now.astimezone(UTC), RECEIPT_POSTED
    env.flush("post")
    receipt_posted(env=env, receipts=receipts)
    _advance(env.sudo(_("posting of receipts")), _orders(receipts))


def reverse(env: Env, receipts: Sequence[GoodsReceipt], reason: str) -> None:
    """Taken back as if they had not been, as far as what came in is not needed for what went back."""
    system = env.sudo(_("reversing of receipts"))
    _lock_orders(system, receipts)
    for receipt in receipts:
        receipt.reverse_reason, receipt.state = reason, RECEIPT_REVERSED
    env.flush("reverse")
    _refuse_negative(system, _rows(system, receipts))
    receipt_reversed(env=env, receipts=receipts, reason=reason)
    _advance(system, _orders(receipts))


def _advance(system: Env, orders: Sequence[int]) -> None:
    """The state of orders says what has come."""
    from addons.crm_purchase.models import PurchaseOrder

    wanted: dict[str, list[Any]] = {}
    for order in system.lock(PurchaseOrder, orders):
        name = "sent" if not order.begun_lines else "partly" if order.open_lines else "received"
        if order.state.code != name:
            wanted.setdefault(name, []).append(order)
    steps = {"sent": PurchaseOrder.note_nothing, "partly": PurchaseOrder.note_part,
             "received": PurchaseOrder.note_complete}  # fmt: skip
    for name, records in wanted.items():
        system.run(steps[name], records)


def _orders(receipts: Sequence[Any]) -> list[int]:
    return sorted({key_of(one, "order") or 0 for one in receipts})


def _lock_orders(system: Env, receipts: Sequence[Any]) -> None:
    from addons.crm_purchase.models import PurchaseOrder

    for order in system.lock(PurchaseOrder, _orders(receipts)):
        if order.state not in WITH_SUPPLIER:
            raise StateForbids(
                _(
                    "The order {number} is in the state “{state}”.",
                    number=order.number,
                    state=order.state.label,
                )
            )


def _rows(system: Env, receipts: Sequence[Any]) -> list[Any]:
    from addons.crm_purchase.models import GoodsReceiptLine

    cls = system.info(GoodsReceiptLine).cls
    ids = [one.id for one in receipts]
    return system.scalars(select(cls).where(cls.receipt_id.in_(ids)).order_by(cls.sequence, cls.id))


def _refuse_empty(receipts: Sequence[Any], rows: Sequence[Any]) -> None:
    filled = {row.receipt_id for row in rows if row.quantity}
    for receipt in receipts:
        if receipt.id not in filled:
            raise ValidationFailed({"": [_("{number} has no quantities.", number=receipt.number)]})


def _refuse_too_much(system: Env, receipts: Sequence[Any], rows: Sequence[Any]) -> None:
    from addons.crm_purchase.models import PurchaseLine

    returns = {one.id for one in receipts if one.kind == "return"}
    coming: dict[int, Decimal] = {}
    going: dict[int, Decimal] = {}
    for row in rows:
        amounts = going if row.receipt_id in returns else coming
        amounts[row.line_id] = amounts.get(row.line_id, Decimal(0)) + row.quantity
    for line in system.lock(PurchaseLine, sorted({*coming, *going})):
        come, go = coming.get(line.id, Decimal(0)), going.get(line.id, Decimal(0))
        if come > line.open_quantity:
            _refuse(line, _("Of “{product}” {asked} came, and only {left} are open.", product=str(line.product),
                            asked=come, left=line.open_quantity))  # fmt: skip
        if go > line.received:
            _refuse(line, _("Of “{product}” {asked} are to go back, and only {left} came.", product=str(line.product),
                            asked=go, left=line.received))  # fmt: skip


def _refuse_negative(system: Env, rows: Sequence[Any]) -> None:
    from addons.crm_purchase.models import PurchaseLine

    for line in system.lock(PurchaseLine, sorted({row.line_id for row in rows})):
        if line.received < 0:
            _refuse(line, _("More of “{product}” went back than would have come.", product=str(line.product)))
        if line.received > line.quantity:
            _refuse(
                line, _("More of “{product}” would have come than was ordered.", product=str(line.product))
            )


def _refuse(line: Any, text: Any) -> None:
    raise ValidationFailed({"": [text]})
