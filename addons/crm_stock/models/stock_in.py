"""The stock-in document."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_product.roles import COST_ROLES
from addons.crm_stock.models.papers import StockPaper, StockPaperLine
from addons.crm_stock.models.reasons import IN_REASONS
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
    money,
    number,
    one2many,
    selection,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_stock.models.movement import Movement


def originals(env: Any) -> Where:
    """It does not itself take another document back."""
    return StockIn.reverses.is_(None)


class StockIn(
    CompanyOwned, Tracked, StockPaper, label=_("Stock-in"), plural=_("Stock-in documents"), display="number",
    unique=[("number",)], undoable=False, editable_in=(DRAFT,),
    always_editable=("remarks",), icon="package-import",
):  # fmt: skip
    """Goods that come into a warehouse. A posted document stays; a reverse document takes it back."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_stock.stock_in", sortable=True, searchable=True,
        final_in=(POSTED, REVERSED),
    )  # fmt: skip
    reason: Mapped[str] = selection(
        _("Reason"), choices=IN_REASONS, default="purchase", index=True, tracked=True
    )
    reverses: Mapped["StockIn | None"] = many2one(_("Reverses"), default=None, readonly=True)
    lines: Mapped[list["StockInLine"]] = one2many(_("Lines"), back="document")
    reversals: Mapped[list["StockIn"]] = one2many(_("Reversed by"), back="reverses")
    movements: Mapped[list["Movement"]] = one2many(_("Movements"), back="stock_in")

    @transition(
        POSTED, to=REVERSED, label=_("Reverse"), right="post", when=originals, icon="arrow-back", many=True, danger=True
    )  # fmt: skip
    def reverse(
        records: Sequence["StockIn"], reason: Annotated[str, arg(_("Reason"), longtext=True)]
    ) -> None:
        """A document of the same kind with negative quantities takes it back, at the value it was posted with."""
        papers.reverse_by_hand(current_env(), records, reason)


class StockInLine(
    StockPaperLine, label=_("Line of a stock-in"), plural=_("Lines of stock-in documents"), display="product",
    ordered_by="sequence", undoable=False, part_of="document",
):  # fmt: skip
    """A product that comes in, with what one unit of it costs."""

    document: Mapped[StockIn] = many2one(_("Stock-in"), on_delete="part_of")
    unit_cost: Mapped[Decimal | None] = money(
        _("Unit cost"), default=None, minimum=0, visible_to=COST_ROLES,
        help=_("In the unit of the line. Empty: the cost in the product file, else the present average."),
    )  # fmt: skip
