"""What this addon adds to the product file."""

from typing import TYPE_CHECKING

from addons.crm_product.models import Product
from core.api import Mapped, _, field, one2many

if TYPE_CHECKING:
    from addons.crm_stock.models.level import Level


class StockedProduct(Product, extend=True):
    """Goods are counted in stock unless somebody says otherwise; services never are."""

    is_stocked: Mapped[bool] = field(
        _("Kept in stock"), default=True, help=_("Off for goods that go from the maker to the customer.")
    )
    levels: Mapped[list["Level"]] = one2many(_("Stock"), back="product")
