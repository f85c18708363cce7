"""Stock-in documents."""

from addons.crm_stock.models import Movement, StockIn, StockInLine
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
    return StockIn.state == DRAFT


def posted(env: Env) -> Where:
    """What took effect and stands."""
    return StockIn.state == POSTED


class StockInList(ListView[StockIn]):
    columns = [
        StockIn.number, StockIn.reason, StockIn.warehouse, StockIn.source, StockIn.posted_at, StockIn.posted_by,
        StockIn.state,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("all", _("All documents"), default=True), preset("drafts", _("Drafts"), drafts, count=True),
        preset("posted", _("Posted"), posted),
    ]  # fmt: skip
    filters = [
        StockIn.state, StockIn.reason, StockIn.warehouse, StockIn.posted_at, StockIn.posted_by, StockIn.created_at,
    ]  # fmt: skip
    groups = [StockIn.reason, StockIn.warehouse, StockIn.state, month(StockIn.posted_at)]
    actions = [StockIn.post]


class StockInForm(FormView[StockIn]):
    layout = [
        header(button(StockIn.post, style="primary"), button(StockIn.reverse), statusbar(StockIn.state)),
        group(_("Stock-in"), StockIn.warehouse, StockIn.reason, StockIn.source, StockIn.number),
        lines(
            StockIn.lines,
            columns=[
                StockInLine.sequence, StockInLine.product, StockInLine.quantity, StockInLine.unit,
                StockInLine.unit_cost, StockInLine.posted_quantity, StockInLine.posted_value, StockInLine.remarks,
            ],
        ),
        notebook(
            page(
                _("Movements"),
                related(
                    StockIn.movements, add=False, order="id",
                    columns=[
                        Movement.product, Movement.quantity, Movement.balance, Movement.unit_cost, Movement.value,
                        Movement.posted_at,
                    ],
                ),
            ),
            page(
                _("Reversed"), StockIn.reverses, StockIn.reverse_reason,
                related(StockIn.reversals, add=False, columns=[StockIn.number, StockIn.posted_at, StockIn.posted_by]),
            ),
            page(
                _("Info"), StockIn.posted_at, StockIn.posted_by, StockIn.created_at, StockIn.created_by,
                StockIn.changed_at, StockIn.changed_by,
            ),
        ),
        group(_("Remarks"), show(StockIn.remarks, wide=True)),
    ]  # fmt: skip


class StockInLineForm(FormView[StockInLine]):
    layout = [
        group(_("Line"), StockInLine.document, StockInLine.product, StockInLine.quantity, StockInLine.unit,
              StockInLine.unit_cost, StockInLine.sequence, StockInLine.remarks),
        group(_("Posted"), StockInLine.posted_quantity, StockInLine.posted_value),
    ]  # fmt: skip
