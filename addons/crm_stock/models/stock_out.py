"""The stock-out document."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_stock.models.papers import StockPaper, StockPaperLine
from addons.crm_stock.models.reasons import OUT_REASONS
from addons.crm_stock.services import papers
from addons.crm_stock.states import DRAFT, POSTED, REVERSED
from core.api import (
    CompanyOwned,
    Mapped,
    Tracked,
    Where,
    _,
    arg,
    current_env,
    many2one,
    number,
    one2many,
    selection,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_stock.models.movement import Movement


def originals(env: Any) -> Where:
    """It does not itself take another document back."""
    return StockOut.reverses.is_(None)


class StockOut(
    CompanyOwned, Tracked, StockPaper, label=_("Stock-out"), plural=_("Stock-out documents"), display="number",
    unique=[("number",)], undoable=False, editable_in=(DRAFT,),
    always_editable=("remarks",), icon="package-export",
):  # fmt: skip
    """Goods that leave a warehouse. Posting is refused where stock is missing, unless the warehouse allows it."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_stock.stock_out", sortable=True, searchable=True,
        final_in=(POSTED, REVERSED),
    )  # fmt: skip
    reason: Mapped[str] = selection(
        _("Reason"), choices=OUT_REASONS, default="requisition", index=True, tracked=True
    )
    reverses: Mapped["StockOut | None"] = many2one(_("Reverses"), default=None, readonly=True)
    lines: Mapped[list["StockOutLine"]] = one2many(_("Lines"), back="document")
    reversals: Mapped[list["StockOut"]] = one2many(_("Reversed by"), back="reverses")
    movements: Mapped[list["Movement"]] = one2many(_("Movements"), back="stock_out")

    @transition(
        POSTED, to=REVERSED, label=_("Reverse"), right="post", when=originals, icon="arrow-back", many=True, danger=True
    )  # fmt: skip
    def reverse(
        records: Sequence["StockOut"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """A document of the same kind with negative quantities takes it back, at the value it was posted with."""
        papers.reverse_by_hand(current_env(), records, reason)


class StockOutLine(
    StockPaperLine, label=_("Line of a stock-out"), plural=_("Lines of stock-out documents"), display="product",
    ordered_by="sequence", undoable=False, part_of="document",
):  # fmt: skip
    """A product that goes out."""

    document: Mapped[StockOut] = many2one(_("Stock-out"), on_delete="part_of")
