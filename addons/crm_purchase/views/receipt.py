"""Receipts and returns."""

from addons.crm_purchase.models import Receipt, ReceiptLine
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
    month,
    preset,
    related,
    statusbar,
)  # fmt: skip


def drafts(env: Env) -> Where:
    """Not posted yet."""
    return Receipt.state == RECEIPT_DRAFT


def returns(env: Env) -> Where:
    """What goes back."""
    return Receipt.kind == "return"


class ReceiptList(ListView[Receipt]):
    columns = [
        Receipt.number, Receipt.kind, Receipt.supplier, Receipt.order, Receipt.received_on, Receipt.delivery_note,
        Receipt.state,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("all", _("All receipts"), default=True),
        preset("draft", _("To be posted"), drafts, count=True),
        preset("return", _("Returns"), returns),
    ]
    filters = [Receipt.state, Receipt.kind, Receipt.supplier, Receipt.order, Receipt.received_on]
    groups = [Receipt.supplier, Receipt.kind, month(Receipt.received_on)]
    actions = [Receipt.post]


class ReceiptForm(FormView[Receipt]):
    layout = [
        header(button(Receipt.post, style="primary"), button(Receipt.reverse), statusbar(Receipt.state)),
        group(
            _("Receipt"), Receipt.number, Receipt.kind, Receipt.supplier, Receipt.order, Receipt.received_on,
            Receipt.delivery_note, Receipt.posted_at, Receipt.reverse_reason, Receipt.remarks,
        ),
        related(
            Receipt.lines, order="sequence",
            columns=[ReceiptLine.product, ReceiptLine.quantity, ReceiptLine.unit, ReceiptLine.line],
        ),
    ]  # fmt: skip


class ReceiptLineList(ListView[ReceiptLine]):
    columns = [
        ReceiptLine.receipt,
        ReceiptLine.product,
        ReceiptLine.quantity,
        ReceiptLine.unit,
        ReceiptLine.counted,
    ]
    filters = [ReceiptLine.receipt, ReceiptLine.product]
    groups = [ReceiptLine.product, ReceiptLine.receipt]


class ReceiptLineForm(FormView[ReceiptLine]):
    layout = [
        group(_("Line of a receipt"), ReceiptLine.receipt, ReceiptLine.line, ReceiptLine.product,
              ReceiptLine.quantity, ReceiptLine.unit),
    ]  # fmt: skip
