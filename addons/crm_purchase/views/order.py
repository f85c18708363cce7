"""Purchase orders."""

from addons.crm_purchase.models import GoodsReceipt, PurchaseLine, PurchaseOrder, Supplier, SupplierContact
from addons.crm_purchase.states import APPROVED, CLOSED, DRAFT, EXPECTED, WITH_SUPPLIER
from core.api import (
    Env,
    FormView,
    ListView,
    PaperView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    lines,
    month,
    not_,
    notebook,
    page,
    party,
    preset,
    related,
    show,
    statusbar,
)  # fmt: skip


def going_on(env: Env) -> Where:
    """Orders that are not closed or cancelled."""
    return not_(PurchaseOrder.state.in_(("closed", "cancelled")))


def to_approve(env: Env) -> Where:
    """Drafts with lines."""
    return and_(PurchaseOrder.state == DRAFT, PurchaseOrder.open_lines > 0)


def to_send(env: Env) -> Where:
    """Approved and not sent."""
    return PurchaseOrder.state == APPROVED


def expected(env: Env) -> Where:
    """Goods are on their way."""
    return PurchaseOrder.state.in_(EXPECTED)


def late(env: Env) -> Where:
    """Goods should have come by now."""
    return and_(expected(env), PurchaseOrder.expected_on < env.today)


class PurchaseOrderList(ListView[PurchaseOrder]):
    columns = [
        PurchaseOrder.number, PurchaseOrder.supplier, PurchaseOrder.state, PurchaseOrder.expected_on,
        PurchaseOrder.total, PurchaseOrder.open_lines, PurchaseOrder.owner, PurchaseOrder.ordered_on,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("Going on"), going_on, default=True),
        preset("approve", _("To be approved"), to_approve, count=True),
        preset("send", _("To be sent"), to_send, count=True),
        preset("expected", _("On the way"), expected),
        preset("late", _("Overdue"), late, count=True),
        preset("all", _("All purchase orders")),
    ]
    filters = [
        PurchaseOrder.state, PurchaseOrder.supplier, PurchaseOrder.ordered_on, PurchaseOrder.expected_on,
        PurchaseOrder.owner, PurchaseOrder.total, PurchaseOrder.currency,
    ]  # fmt: skip
    groups = [
        PurchaseOrder.supplier,
        PurchaseOrder.state,
        month(PurchaseOrder.ordered_on),
        PurchaseOrder.owner,
    ]
    totals = [PurchaseOrder.company_total]
    actions = [PurchaseOrder.approve, PurchaseOrder.send]


class PurchaseOrderForm(FormView[PurchaseOrder]):
    layout = [
        header(
            button(PurchaseOrder.approve, style="primary"), button(PurchaseOrder.send, style="primary"),
            button(PurchaseOrder.receive, style="primary"), button(PurchaseOrder.give_back),
            button(PurchaseOrder.rework), button(PurchaseOrder.close), button(PurchaseOrder.cancel),
            statusbar(PurchaseOrder.state),
        ),
        group(
            _("Purchase order"), PurchaseOrder.supplier, PurchaseOrder.contact, PurchaseOrder.ordered_on,
            PurchaseOrder.expected_on, PurchaseOrder.supplier_reference, show(PurchaseOrder.owner),
        ),
        group(
            _("Prices"), PurchaseOrder.currency, PurchaseOrder.exchange_rate, PurchaseOrder.prices_include_tax,
            PurchaseOrder.discount, key="prices",
        ),
        lines(
            PurchaseOrder.lines,
            columns=[PurchaseLine.product, PurchaseLine.quantity, PurchaseLine.unit, PurchaseLine.unit_price,
                     PurchaseLine.discount, PurchaseLine.tax, PurchaseLine.gross, PurchaseLine.received,
                     PurchaseLine.description],
            totals=[PurchaseOrder.net, PurchaseOrder.tax, PurchaseOrder.total, PurchaseOrder.company_total],
        ),
        notebook(
            page(
                _("Receipts and returns"),
                related(
                    PurchaseOrder.receipts, order="-id", add=False,
                    columns=[GoodsReceipt.number, GoodsReceipt.kind, GoodsReceipt.received_on, GoodsReceipt.state],
                ),
            ),
            page(_("Terms"), PurchaseOrder.terms, PurchaseOrder.remarks),
            page(
                _("Info"), PurchaseOrder.number, PurchaseOrder.approved_by, PurchaseOrder.end_reason,
                PurchaseOrder.created_at, PurchaseOrder.created_by, PurchaseOrder.changed_at,
            ),
        ),
    ]  # fmt: skip


class PurchaseOrderPaper(PaperView[PurchaseOrder]):
    title = _("Purchase order")
    parties = [
        party(_("Ordering party")),
        party(_("Supplier"), PurchaseOrder.supplier, Supplier.address, Supplier.phone),
        party(_("Contact"), PurchaseOrder.contact, SupplierContact.mobile, SupplierContact.email),
    ]
    head = [
        PurchaseOrder.ordered_on, PurchaseOrder.expected_on, PurchaseOrder.supplier_reference, PurchaseOrder.owner,
        PurchaseOrder.currency,
    ]  # fmt: skip
    tables = [
        related(
            PurchaseOrder.lines, order="sequence",
            columns=[
                PurchaseLine.product, PurchaseLine.description, PurchaseLine.quantity, PurchaseLine.unit,
                PurchaseLine.unit_price, PurchaseLine.discount, PurchaseLine.expected_on, PurchaseLine.gross,
            ],
        )
    ]  # fmt: skip
    totals = [PurchaseOrder.net, PurchaseOrder.tax, PurchaseOrder.total]
    texts = [PurchaseOrder.terms]
    signatures = [_("Ordering party"), _("Supplier")]
    states = [APPROVED, *WITH_SUPPLIER, CLOSED]


class PurchaseLineList(ListView[PurchaseLine]):
    columns = [
        PurchaseLine.document, PurchaseLine.product, PurchaseLine.quantity, PurchaseLine.unit,
        PurchaseLine.unit_price, PurchaseLine.gross, PurchaseLine.received, PurchaseLine.open_quantity,
        PurchaseLine.expected_on,
    ]  # fmt: skip
    filters = [PurchaseLine.document, PurchaseLine.product, PurchaseLine.is_open, PurchaseLine.expected_on]
    groups = [PurchaseLine.product, PurchaseLine.document]


class PurchaseLineForm(FormView[PurchaseLine]):
    layout = [
        group(
            _("Line of a purchase order"), PurchaseLine.document, PurchaseLine.sequence, PurchaseLine.product,
            PurchaseLine.quantity, PurchaseLine.unit, PurchaseLine.unit_price, PurchaseLine.discount,
            PurchaseLine.tax, PurchaseLine.expected_on, show(PurchaseLine.description, wide=True),
        ),
        group(
            _("Amounts"), PurchaseLine.net, PurchaseLine.tax_amount, PurchaseLine.gross, PurchaseLine.received,
            PurchaseLine.open_quantity, key="amounts",
        ),
    ]  # fmt: skip
