"""What follows by itself in purchase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addons.crm_purchase.models import GoodsReceiptLine, PurchaseLine, PurchaseOrder
from addons.crm_purchase.services import ordering, receiving
from core.api import Env, proposal


@proposal(PurchaseLine, depends=(PurchaseLine.product, PurchaseOrder.supplier))
def what_lines_begin_with(
    env: Env, whole: Mapping[str, Any], rows: list[dict[str, Any]], asked: list[frozenset[str]]
) -> None:
    """Unit, tax, price at the supplier and day need not be entered."""
    for row, wanted in zip(rows, asked, strict=True):
        for name in wanted & {"unit", "tax", "unit_price", "expected_on"}:
            row.pop(name, None)
    ordering.propose_rows(env, whole, rows)


@proposal(GoodsReceiptLine, depends=(GoodsReceiptLine.line,))
def what_receipt_lines_are_of(
    env: Env, whole: Mapping[str, Any], rows: list[dict[str, Any]], asked: list[frozenset[str]]
) -> None:
    """Product and unit are those of the order line."""
    receiving.propose_rows(env, rows)
