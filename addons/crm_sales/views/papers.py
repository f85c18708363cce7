"""What the screens of quotes, contracts and orders have in common; `paper` is the model of the documents."""

from typing import Any

from addons.crm_base.models import Task
from core.api import _, group, page, related, show


def prices_of(paper: Any) -> Any:
    return group(
        _("Prices"),
        paper.currency,
        paper.exchange_rate,
        paper.prices_include_tax,
        paper.discount,
        key="prices",
    )


def terms_of(paper: Any) -> Any:
    return group(_("Terms"), show(paper.terms, wide=True), show(paper.remarks, wide=True))


def reminders_of(paper: Any) -> Any:
    return page(
        _("Reminders"), related(paper.reminders, columns=[Task.subject, Task.assignee, Task.due, Task.state])
    )


def amounts_of(paper: Any) -> list[Any]:
    """Under the lines of a form."""
    return [*printed_amounts_of(paper), paper.company_total]


def printed_lines_of(paper: Any, line: Any, *further: Any) -> list[Any]:
    """The table of a paper for the customer, `further` before the amount."""
    return [
        related(
            paper.lines, order="sequence",
            columns=[
                line.product, show(line.chosen, if_any=True), line.description, line.quantity, line.unit,
                line.unit_price, line.discount, *further,
                line.gross,
            ],
        )
    ]  # fmt: skip


def printed_amounts_of(paper: Any) -> list[Any]:
    return [paper.net, paper.tax, paper.total]
