"""The production request (SALE-10): what is to be made, and ends in stock-in."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_product.models import Product
from addons.crm_stock.models.warehouse import Warehouse
from addons.crm_stock.services import production
from addons.crm_stock.services.defaults import default_warehouse
from addons.crm_stock.states import DROPPED, IN_PRODUCTION, PRODUCED, WANTED
from core.api import (
    CompanyOwned,
    Mapped,
    State,
    Tracked,
    User,
    _,
    arg,
    computed,
    current_env,
    field,
    longtext,
    many2one,
    number,
    state_field,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_stock.models.stock_in import StockIn


def still_open(request: Any) -> Decimal:
    """What has not been made yet."""
    return max(Decimal(0), Decimal(request.quantity - request.produced))


class ProductionRequest(
    CompanyOwned, Tracked, label=_("Production request"), plural=_("Production requests"), display="number",
    unique=[("number",)], undoable=False, editable_in=(WANTED,),
    always_editable=("remarks", "due", "assignee"), icon="tools",
):  # fmt: skip
    """Goods to be made, in the product's unit. They count as on order until they are finished and come into stock."""

    number: Mapped[str] = number(_("Number"), sequence="crm_stock.production", sortable=True, searchable=True)
    product: Mapped[Product] = many2one(_("Product"), tracked=True)
    warehouse: Mapped[Warehouse] = many2one(_("Warehouse"), default=default_warehouse, required=True)
    quantity: Mapped[Decimal] = field(_("Quantity"), tracked=True, help=_("In the product's unit."))
    produced: Mapped[Decimal] = field(_("Produced"), default=Decimal(0), readonly=True)
    open_quantity: Mapped[Decimal] = computed(
        _("Still open"), by=still_open, depends=("quantity", "produced")
    )
    due: Mapped[date | None] = field(_("Due"), default=None, sortable=True)
    source: Mapped[str | None] = field(_("Origin"), default=None, searchable=True, max_length=120)
    assignee: Mapped[User | None] = many2one(_("Responsible"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)
    state: Mapped[State] = state_field(WANTED)

    @transition(WANTED, to=IN_PRODUCTION, label=_("Start production"), right="post", icon="player-play")
    def start(self) -> None:
        """From now on the goods count as on order."""
        production.start(current_env(), [self])

    @transition(IN_PRODUCTION, to=None, label=_("Put into stock"), right="post", icon="package-import")
    def finish(
        self,
        quantity: Annotated[Decimal, arg(_("Quantity"), default=lambda env, record: record.open_quantity)],
    ) -> "StockIn":
        """What is finished comes into stock, in parts if need be; with the last part the request is done."""
        made: StockIn = production.finish(current_env(), self, quantity)
        return made

    @transition(IN_PRODUCTION, to=PRODUCED, label=_("Produced"), automatic=True)
    def complete(self) -> None:
        """Everything came into stock."""

    @transition(WANTED, IN_PRODUCTION, to=DROPPED, label=_("Drop"), right="post", icon="x", danger=True)
    def drop(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """The rest is not going to be made."""
        production.drop(current_env(), self, reason)
