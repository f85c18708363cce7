"""What the screens of stock-in and stock-out documents have in common; `paper` is the model of the documents."""

from typing import Any

from addons.crm_stock.models import Movement
from addons.crm_stock.states import DRAFT, POSTED
from core.api import (
    Env,
    LazyString,
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


def presets_of(paper: Any) -> list[Any]:
    """All, what is being prepared, and what took effect and stands."""

    def drafts(env: Env) -> Where:
        where: Where = paper.state == DRAFT
        return where

    def posted(env: Env) -> Where:
        where: Where = paper.state == POSTED
        return where

    return [
        preset("all", _("All documents"), default=True), preset("drafts", _("Drafts"), drafts, count=True),
        preset("posted", _("Posted"), posted),
    ]  # fmt: skip


def columns_of(paper: Any) -> list[Any]:
    return [
        paper.number, paper.reason, paper.warehouse, paper.state, paper.source, paper.posted_at, paper.posted_by,
    ]  # fmt: skip


def filters_of(paper: Any) -> list[Any]:
    return [paper.state, paper.reason, paper.warehouse, paper.posted_at, paper.posted_by, paper.created_at]


def groups_of(paper: Any) -> list[Any]:
    return [paper.reason, paper.warehouse, paper.state, month(paper.posted_at)]


def form_of(paper: Any, line: Any, title: LazyString, *line_columns: Any) -> list[Any]:
    """The page of a document; `line_columns` are asked for on its lines, before what was posted."""
    return [
        header(button(paper.post, style="primary"), button(paper.reverse), statusbar(paper.state)),
        group(title, paper.warehouse, paper.reason, paper.source, paper.number),
        lines(
            paper.lines,
            columns=[line.sequence, *line_columns, line.posted_quantity, line.posted_value, line.remarks],
        ),
        notebook(
            page(
                _("Movements"),
                related(
                    paper.movements, add=False, order="id",
                    columns=[
                        Movement.product, Movement.quantity, Movement.balance, Movement.unit_cost, Movement.value,
                        Movement.posted_at,
                    ],
                ),
            ),
            page(
                _("Reversed"), paper.reverses, paper.reverse_reason,
                related(paper.reversals, add=False, columns=[paper.number, paper.posted_at, paper.posted_by]),
            ),
            page(
                _("Info"), paper.posted_at, paper.posted_by, paper.created_at, paper.created_by, paper.changed_at,
                paper.changed_by,
            ),
        ),
        group(_("Remarks"), show(paper.remarks, wide=True)),
    ]  # fmt: skip


def line_form_of(line: Any, *line_columns: Any) -> list[Any]:
    """The page of one line."""
    return [
        group(_("Line"), line.document, *line_columns, line.sequence, line.remarks),
        group(_("Posted"), line.posted_quantity, line.posted_value),
    ]
