"""Receipts and returns."""

from addons.crm_purchase.models import GoodsReceipt, GoodsReceiptLine
from addons.crm_purchase.states import RECEIPT_DRAFT
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    group,
    header,
    lines,
    month,
    preset,
    statusbar,
)


def drafts(env: Env) -> Where:
    """Not posted yet."""
    return GoodsReceipt.state == RECEIPT_DRAFT


def returns(env: Env) -> Where:
    """What goes back."""
    return GoodsReceipt.kind == "return"


class GoodsReceiptList(ListView[GoodsReceipt]):
    columns = [
        GoodsReceipt.number,
        GoodsReceipt.kind,
        GoodsReceipt.supplier,
        GoodsReceipt.state,
        GoodsReceipt.order,
        GoodsReceipt.received_on,
        GoodsReceipt.delivery_note,
    ]
    order = "-id"
    presets = [
        preset("all", _("All receipts"), default=True),
        preset("draft", _("To be posted"), drafts, count=True),
        preset("return", _("Returns"), returns),
    ]
    filters = [
        GoodsReceipt.state,
        GoodsReceipt.kind,
        GoodsReceipt.supplier,
        GoodsReceipt.order,
        GoodsReceipt.received_on,
    ]
    groups = [GoodsReceipt.supplier, GoodsReceipt.kind, month(GoodsReceipt.received_on)]
    actions = [GoodsReceipt.post]


class GoodsReceiptForm(FormView[GoodsReceipt]):
    layout = [
        header(
            button(GoodsReceipt.post, style="primary"),
            button(GoodsReceipt.reverse),
            statusbar(GoodsReceipt.state),
        ),
        group(
            _("Receipt"),
            GoodsReceipt.number,
            GoodsReceipt.kind,
            GoodsReceipt.supplier,
            GoodsReceipt.order,
            GoodsReceipt.received_on,
            GoodsReceipt.delivery_note,
            GoodsReceipt.posted_at,
            GoodsReceipt.reverse_reason,
            GoodsReceipt.remarks,
        ),
        lines(
            GoodsReceipt.lines,
            columns=[
                GoodsReceiptLine.line,
                GoodsReceiptLine.product,
                GoodsReceiptLine.quantity,
                GoodsReceiptLine.unit,
            ],
        ),
    ]


class GoodsReceiptLineList(ListView[GoodsReceiptLine]):
    columns = [
        GoodsReceiptLine.receipt,
        GoodsReceiptLine.product,
        GoodsReceiptLine.quantity,
        GoodsReceiptLine.unit,
        GoodsReceiptLine.counted,
    ]
    filters = [GoodsReceiptLine.receipt, GoodsReceiptLine.product]
    groups = [GoodsReceiptLine.product, GoodsReceiptLine.receipt]


class GoodsReceiptLineForm(FormView[GoodsReceiptLine]):
    layout = [
        group(
            _("Line of a receipt"),
            GoodsReceiptLine.receipt,
            GoodsReceiptLine.line,
            GoodsReceiptLine.product,
            GoodsReceiptLine.quantity,
            GoodsReceiptLine.unit,
        ),
    ]
