"""Stock-out documents."""

from addons.crm_stock.models import Movement, StockOut, StockOutLine
from addons.crm_stock.states import DRAFT, POSTED
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
    notebook,
    page,
    preset,
    related,
    show,
    statusbar,
)  # fmt: skip


def drafts(env: Env) -> Where:
    """What is being prepared."""
    return StockOut.state == DRAFT


def posted(env: Env) -> Where:
    """What took effect and stands."""
    return StockOut.state == POSTED


class StockOutList(ListView[StockOut]):
    columns = [
        StockOut.number, StockOut.reason, StockOut.warehouse, StockOut.source, StockOut.posted_at, StockOut.posted_by,
        StockOut.state,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("all", _("All documents"), default=True), preset("drafts", _("Drafts"), drafts, count=True),
        preset("posted", _("Posted"), posted),
    ]  # fmt: skip
    filters = [
        StockOut.state, StockOut.reason, StockOut.warehouse, StockOut.posted_at, StockOut.posted_by,
        StockOut.created_at,
    ]  # fmt: skip
    groups = [StockOut.reason, StockOut.warehouse, StockOut.state, month(StockOut.posted_at)]
    actions = [StockOut.post]


class StockOutForm(FormView[StockOut]):
    layout = [
        header(button(StockOut.post, style="primary"), button(StockOut.reverse), statusbar(StockOut.state)),
        group(_("Stock-out"), StockOut.warehouse, StockOut.reason, StockOut.source, StockOut.number),
        lines(
            StockOut.lines,
            columns=[
                StockOutLine.sequence, StockOutLine.product, StockOutLine.quantity, StockOutLine.unit,
                StockOutLine.posted_quantity, StockOutLine.posted_value, StockOutLine.remarks,
            ],
        ),
        notebook(
            page(
                _("Movements"),
                related(
                    StockOut.movements, add=False, order="id",
                    columns=[
                        Movement.product, Movement.quantity, Movement.balance, Movement.unit_cost, Movement.value,
                        Movement.posted_at,
                    ],
                ),
            ),
            page(
                _("Reversed"), StockOut.reverses, StockOut.reverse_reason,
                related(
                    StockOut.reversals, add=False, columns=[StockOut.number, StockOut.posted_at, StockOut.posted_by]
                ),
            ),
            page(
                _("Info"), StockOut.posted_at, StockOut.posted_by, StockOut.created_at, StockOut.created_by,
                StockOut.changed_at, StockOut.changed_by,
            ),
        ),
        group(_("Remarks"), show(StockOut.remarks, wide=True)),
    ]  # fmt: skip


class StockOutLineForm(FormView[StockOutLine]):
    layout = [
        group(_("Line"), StockOutLine.document, StockOutLine.product, StockOutLine.quantity, StockOutLine.unit,
              StockOutLine.sequence, StockOutLine.remarks),
        group(_("Posted"), StockOutLine.posted_quantity, StockOutLine.posted_value),
    ]  # fmt: skip
