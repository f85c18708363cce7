"""The ledger of stock."""

from datetime import datetime
from decimal import Decimal

from addons.crm_product.models import Product
from addons.crm_product.roles import COST_ROLES
from addons.crm_stock.models.level import Level
from addons.crm_stock.models.reasons import REASONS
from addons.crm_stock.models.stock_in import StockIn
from addons.crm_stock.models.stock_out import StockOut
from addons.crm_stock.models.warehouse import Warehouse
from core.api import CompanyOwned, Mapped, _, field, many2one, money, selection


class Movement(
    CompanyOwned, label=_("Stock movement"), plural=_("Stock movements"), display="document", ordered_by="-id",
    immutable=True, indexed=[("level", "posted_at")], icon="transfer",
):  # fmt: skip
    """A quantity that came or went, with what was there afterwards. Written once; a reverse document adds the contrary.

    Movements of a level follow each other in `posted_at` and id, so the stock of any past moment is the balance of the
    last one before it: one step of an index.
    """

    level: Mapped[Level] = many2one(_("Stock level"), readonly=True)
    product: Mapped[Product] = many2one(_("Product"), readonly=True)
    warehouse: Mapped[Warehouse] = many2one(_("Warehouse"), readonly=True)
    posted_at: Mapped[datetime] = field(_("Posted at"), readonly=True, sortable=True)
    reason: Mapped[str] = selection(_("Reason"), choices=REASONS, readonly=True)
    document: Mapped[str] = field(_("Document"), readonly=True, searchable=True, max_length=60)
    stock_in: Mapped[StockIn | None] = many2one(_("Stock-in"), default=None, readonly=True)
    stock_out: Mapped[StockOut | None] = many2one(_("Stock-out"), default=None, readonly=True)
    quantity: Mapped[Decimal] = field(
        _("Quantity"), readonly=True, help=_("In the product's unit; negative when it went.")
    )
    balance: Mapped[Decimal] = field(_("On hand afterwards"), readonly=True)
    unit_cost: Mapped[Decimal] = field(_("Unit cost"), money=True, readonly=True, visible_to=COST_ROLES)
    value: Mapped[Decimal] = money(_("Value"), readonly=True, visible_to=COST_ROLES)
    value_balance: Mapped[Decimal] = money(_("Value afterwards"), readonly=True, visible_to=COST_ROLES)
    variance: Mapped[Decimal] = money(
        _("Cost variance"), default=Decimal(0), readonly=True, visible_to=COST_ROLES,
        help=_("What goods cost beyond the value that was taken up, where stock was below zero or corrected."),
    )  # fmt: skip
